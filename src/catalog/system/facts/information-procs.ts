/**
 * Functions of information_schema, in the form of procFacts.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const informationProcs = `
_pg_expandarray 13208 2249 2277 fistsq ,x,n 2277,2283,23 ioo; _pg_index_position 13209 23 26,21
fsutq; _pg_truetypid 13210 26 75,71 fistq; _pg_truetypmod 13211 23 75,71 fistq;
_pg_char_max_length 13212 23 26,23 fistq typid,typmod; _pg_char_octet_length 13213 23 26,23 fistq
typid,typmod; _pg_numeric_precision 13215 23 26,23 fistq typid,typmod; _pg_numeric_precision_radix
13216 23 26,23 fistq typid,typmod; _pg_numeric_scale 13217 23 26,23 fistq typid,typmod;
_pg_datetime_precision 13218 23 26,23 fistq typid,typmod; _pg_interval_type 13219 25 26,23 fistq
typid,mod;
`;
