/**
 * Range types: OID, subtype, multirange, operator class, canonical function, difference.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const rangeFacts = `
3904 23 4451 1978 3914 3922; 3906 1700 4532 3125 0 3924; 3908 1114 4533 3128 0 3929; 3910 1184
4534 3127 0 3930; 3912 1082 4535 3122 3915 3925; 3926 20 4536 3124 3928 3923;
`;
