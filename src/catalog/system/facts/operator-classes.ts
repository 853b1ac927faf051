/**
 * Operator classes over types that the engine knows: name, OID, method, family, its name, type, is default,
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
network_ops 869 t 0; inet_ops 10016 405 1975 network_ops 869 t 0; inet_ops 10017 783 3550
network_ops 869 f 0; inet_ops 10018 4000 3794 network_ops 869 t 0; int2_ops 1979 403 1976
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
aclitem_ops 10059 405 2235 aclitem_ops 1033 t 0; point_ops 10061 783 1029 point_ops 600 t 603;
array_ops 10064 2742 2745 array_ops 2277 t 2283; uuid_ops 10065 403 2968 uuid_ops 2950 t 0;
uuid_ops 10066 405 2969 uuid_ops 2950 t 0; pg_lsn_ops 10067 403 3253 pg_lsn_ops 3220 t 0;
pg_lsn_ops 10068 405 3254 pg_lsn_ops 3220 t 0; enum_ops 10069 403 3522 enum_ops 3500 t 0; enum_ops
10070 405 3523 enum_ops 3500 t 0; tsvector_ops 10071 403 3626 tsvector_ops 3614 t 0; tsvector_ops
10072 783 3655 tsvector_ops 3614 t 3642; tsvector_ops 10073 2742 3659 tsvector_ops 3614 t 25;
tsquery_ops 10074 403 3683 tsquery_ops 3615 t 0; tsquery_ops 10075 783 3702 tsquery_ops 3615 t 20;
range_ops 10076 403 3901 range_ops 3831 t 0; range_ops 10077 405 3903 range_ops 3831 t 0;
range_ops 10078 783 3919 range_ops 3831 t 0; range_ops 10079 4000 3474 range_ops 3831 t 0;
multirange_ops 10080 403 4199 multirange_ops 4537 t 0; multirange_ops 10081 405 4225
multirange_ops 4537 t 0; multirange_ops 10082 783 6158 multirange_ops 4537 t 3831; quad_point_ops
10084 4000 4015 quad_point_ops 600 t 0; kd_point_ops 10085 4000 4016 kd_point_ops 600 f 0;
text_ops 10086 4000 4017 text_ops 25 t 0; jsonb_ops 10088 403 4033 jsonb_ops 3802 t 0; jsonb_ops
10089 405 4034 jsonb_ops 3802 t 0; jsonb_ops 10090 2742 4036 jsonb_ops 3802 t 25; jsonb_path_ops
10091 2742 4037 jsonb_path_ops 3802 f 23; bytea_minmax_ops 10092 3580 4064 bytea_minmax_ops 17 t
17; bytea_bloom_ops 10093 3580 4578 bytea_bloom_ops 17 f 17; char_minmax_ops 10094 3580 4062
char_minmax_ops 18 t 18; char_bloom_ops 10095 3580 4577 char_bloom_ops 18 f 18; name_minmax_ops
10096 3580 4065 name_minmax_ops 19 t 19; name_bloom_ops 10097 3580 4579 name_bloom_ops 19 f 19;
int8_minmax_ops 10098 3580 4054 integer_minmax_ops 20 t 20; int8_minmax_multi_ops 10099 3580 4602
integer_minmax_multi_ops 20 f 20; int8_bloom_ops 10100 3580 4572 integer_bloom_ops 20 f 20;
int2_minmax_ops 10101 3580 4054 integer_minmax_ops 21 t 21; int2_minmax_multi_ops 10102 3580 4602
integer_minmax_multi_ops 21 f 21; int2_bloom_ops 10103 3580 4572 integer_bloom_ops 21 f 21;
int4_minmax_ops 10104 3580 4054 integer_minmax_ops 23 t 23; int4_minmax_multi_ops 10105 3580 4602
integer_minmax_multi_ops 23 f 23; int4_bloom_ops 10106 3580 4572 integer_bloom_ops 23 f 23;
text_minmax_ops 10107 3580 4056 text_minmax_ops 25 t 25; text_bloom_ops 10108 3580 4573
text_bloom_ops 25 f 25; oid_minmax_ops 10109 3580 4068 oid_minmax_ops 26 t 26;
oid_minmax_multi_ops 10110 3580 4606 oid_minmax_multi_ops 26 f 26; oid_bloom_ops 10111 3580 4580
oid_bloom_ops 26 f 26; tid_minmax_ops 10112 3580 4069 tid_minmax_ops 27 t 27; tid_bloom_ops 10113
3580 4581 tid_bloom_ops 27 f 27; tid_minmax_multi_ops 10114 3580 4607 tid_minmax_multi_ops 27 f
27; float4_minmax_ops 10115 3580 4070 float_minmax_ops 700 t 700; float4_minmax_multi_ops 10116
3580 4608 float_minmax_multi_ops 700 f 700; float4_bloom_ops 10117 3580 4582 float_bloom_ops 700 f
700; float8_minmax_ops 10118 3580 4070 float_minmax_ops 701 t 701; float8_minmax_multi_ops 10119
3580 4608 float_minmax_multi_ops 701 f 701; float8_bloom_ops 10120 3580 4582 float_bloom_ops 701 f
701; macaddr_minmax_ops 10121 3580 4074 macaddr_minmax_ops 829 t 829; macaddr_minmax_multi_ops
10122 3580 4609 macaddr_minmax_multi_ops 829 f 829; macaddr_bloom_ops 10123 3580 4583
macaddr_bloom_ops 829 f 829; inet_minmax_ops 10127 3580 4075 network_minmax_ops 869 f 869;
inet_minmax_multi_ops 10128 3580 4611 network_minmax_multi_ops 869 f 869; inet_bloom_ops 10129
3580 4585 network_bloom_ops 869 f 869; inet_inclusion_ops 10130 3580 4102 network_inclusion_ops
869 t 869; bpchar_minmax_ops 10131 3580 4076 bpchar_minmax_ops 1042 t 1042; bpchar_bloom_ops 10132
3580 4586 bpchar_bloom_ops 1042 f 1042; time_minmax_ops 10133 3580 4077 time_minmax_ops 1083 t
1083; time_minmax_multi_ops 10134 3580 4612 time_minmax_multi_ops 1083 f 1083; time_bloom_ops
10135 3580 4587 time_bloom_ops 1083 f 1083; date_minmax_ops 10136 3580 4059 datetime_minmax_ops
1082 t 1082; date_minmax_multi_ops 10137 3580 4605 datetime_minmax_multi_ops 1082 f 1082;
date_bloom_ops 10138 3580 4576 datetime_bloom_ops 1082 f 1082; timestamp_minmax_ops 10139 3580
4059 datetime_minmax_ops 1114 t 1114; timestamp_minmax_multi_ops 10140 3580 4605
datetime_minmax_multi_ops 1114 f 1114; timestamp_bloom_ops 10141 3580 4576 datetime_bloom_ops 1114
f 1114; timestamptz_minmax_ops 10142 3580 4059 datetime_minmax_ops 1184 t 1184;
timestamptz_minmax_multi_ops 10143 3580 4605 datetime_minmax_multi_ops 1184 f 1184;
timestamptz_bloom_ops 10144 3580 4576 datetime_bloom_ops 1184 f 1184; interval_minmax_ops 10145
3580 4078 interval_minmax_ops 1186 t 1186; interval_minmax_multi_ops 10146 3580 4613
interval_minmax_multi_ops 1186 f 1186; interval_bloom_ops 10147 3580 4588 interval_bloom_ops 1186
f 1186; timetz_minmax_ops 10148 3580 4058 timetz_minmax_ops 1266 t 1266; timetz_minmax_multi_ops
10149 3580 4604 timetz_minmax_multi_ops 1266 f 1266; timetz_bloom_ops 10150 3580 4575
timetz_bloom_ops 1266 f 1266; bit_minmax_ops 10151 3580 4079 bit_minmax_ops 1560 t 1560;
varbit_minmax_ops 10152 3580 4080 varbit_minmax_ops 1562 t 1562; numeric_minmax_ops 10153 3580
4055 numeric_minmax_ops 1700 t 1700; numeric_minmax_multi_ops 10154 3580 4603
numeric_minmax_multi_ops 1700 f 1700; numeric_bloom_ops 10155 3580 4574 numeric_bloom_ops 1700 f
1700; uuid_minmax_ops 10156 3580 4081 uuid_minmax_ops 2950 t 2950; uuid_minmax_multi_ops 10157
3580 4614 uuid_minmax_multi_ops 2950 f 2950; uuid_bloom_ops 10158 3580 4589 uuid_bloom_ops 2950 f
2950; range_inclusion_ops 10159 3580 4103 range_inclusion_ops 3831 t 3831; pg_lsn_minmax_ops 10160
3580 4082 pg_lsn_minmax_ops 3220 t 3220; pg_lsn_minmax_multi_ops 10161 3580 4615
pg_lsn_minmax_multi_ops 3220 f 3220; pg_lsn_bloom_ops 10162 3580 4590 pg_lsn_bloom_ops 3220 f
3220;
`;
