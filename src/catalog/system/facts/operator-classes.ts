/**
 * Operator classes of btree and hash: name, OID, method, family, its name, type, is default,
 * key type.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const operatorClassFacts = `
array_ops 10000 403 397 array_ops 2277 t 0; array_ops 10001 405 627 array_ops 2277 t 0; bit_ops
10002 403 423 bit_ops 1560 t 0; bool_ops 10003 403 424 bool_ops 16 t 0; bpchar_ops 10004 403 426
bpchar_ops 1042 t 0; bpchar_ops 10005 405 427 bpchar_ops 1042 t 0; bytea_ops 10006 403 428
bytea_ops 17 t 0; char_ops 10007 403 429 char_ops 18 t 0; char_ops 10008 405 431 char_ops 18 t 0;
cidr_ops 10009 403 1974 network_ops 869 f 0; cidr_ops 10010 405 1975 network_ops 869 f 0; date_ops
3122 403 434 datetime_ops 1082 t 0; date_ops 10011 405 435 date_ops 1082 t 0; float4_ops 10012 403
1970 float_ops 700 t 0; float4_ops 10013 405 1971 float_ops 700 t 0; float8_ops 3123 403 1970
float_ops 701 t 0; float8_ops 10014 405 1971 float_ops 701 t 0; inet_ops 10015 403 1974
network_ops 869 t 0; inet_ops 10016 405 1975 network_ops 869 t 0; int2_ops 1979 403 1976
integer_ops 21 t 0; int2_ops 10019 405 1977 integer_ops 21 t 0; int4_ops 1978 403 1976 integer_ops
23 t 0; int4_ops 10020 405 1977 integer_ops 23 t 0; int8_ops 3124 403 1976 integer_ops 20 t 0;
int8_ops 10021 405 1977 integer_ops 20 t 0; interval_ops 10022 403 1982 interval_ops 1186 t 0;
interval_ops 10023 405 1983 interval_ops 1186 t 0; macaddr_ops 10024 403 1984 macaddr_ops 829 t 0;
macaddr_ops 10025 405 1985 macaddr_ops 829 t 0; name_ops 10028 403 1994 text_ops 19 t 2275;
name_ops 10029 405 1995 text_ops 19 t 0; numeric_ops 3125 403 1988 numeric_ops 1700 t 0;
numeric_ops 10030 405 1998 numeric_ops 1700 t 0; oid_ops 1981 403 1989 oid_ops 26 t 0; oid_ops
10031 405 1990 oid_ops 26 t 0; oidvector_ops 10032 403 1991 oidvector_ops 30 t 0; oidvector_ops
10033 405 1992 oidvector_ops 30 t 0; record_ops 10034 403 2994 record_ops 2249 t 0; record_ops
10035 405 6194 record_ops 2249 t 0; record_image_ops 10036 403 3194 record_image_ops 2249 f 0;
text_ops 3126 403 1994 text_ops 25 t 0; text_ops 10037 405 1995 text_ops 25 t 0; time_ops 10038
403 1996 time_ops 1083 t 0; time_ops 10039 405 1997 time_ops 1083 t 0; timestamptz_ops 3127 403
434 datetime_ops 1184 t 0; timestamptz_ops 10040 405 1999 timestamptz_ops 1184 t 0; timetz_ops
10041 403 2000 timetz_ops 1266 t 0; timetz_ops 10042 405 2001 timetz_ops 1266 t 0; varbit_ops
10043 403 2002 varbit_ops 1562 t 0; varchar_ops 10044 403 1994 text_ops 25 f 0; varchar_ops 10045
405 1995 text_ops 25 f 0; timestamp_ops 3128 403 434 datetime_ops 1114 t 0; timestamp_ops 10046
405 2040 timestamp_ops 1114 t 0; text_pattern_ops 4217 403 2095 text_pattern_ops 25 f 0;
varchar_pattern_ops 4218 403 2095 text_pattern_ops 25 f 0; bpchar_pattern_ops 4219 403 2097
bpchar_pattern_ops 1042 f 0; money_ops 10047 403 2099 money_ops 790 t 0; bool_ops 10048 405 2222
bool_ops 16 t 0; bytea_ops 10049 405 2223 bytea_ops 17 t 0; tid_ops 10050 403 2789 tid_ops 27 t 0;
xid_ops 10051 405 2225 xid_ops 28 t 0; xid8_ops 10052 405 5032 xid8_ops 5069 t 0; xid8_ops 10053
403 5067 xid8_ops 5069 t 0; cid_ops 10054 405 2226 cid_ops 29 t 0; tid_ops 10055 405 2227 tid_ops
27 t 0; text_pattern_ops 10056 405 2229 text_pattern_ops 25 f 0; varchar_pattern_ops 10057 405
2229 text_pattern_ops 25 f 0; bpchar_pattern_ops 10058 405 2231 bpchar_pattern_ops 1042 f 0;
aclitem_ops 10059 405 2235 aclitem_ops 1033 t 0; uuid_ops 10065 403 2968 uuid_ops 2950 t 0;
uuid_ops 10066 405 2969 uuid_ops 2950 t 0; pg_lsn_ops 10067 403 3253 pg_lsn_ops 3220 t 0;
pg_lsn_ops 10068 405 3254 pg_lsn_ops 3220 t 0; jsonb_ops 10088 403 4033 jsonb_ops 3802 t 0;
jsonb_ops 10089 405 4034 jsonb_ops 3802 t 0;
`;
