/** OID of the role that is always there. */
export const superuserOid = 10;
