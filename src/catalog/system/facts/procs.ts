/**
 * Functions over types that the engine knows: name, OID, result, arguments; kind,
 * volatility, parallel, strict, s for sets, v for variadic; names, all types and modes if any.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const procFacts = `
abbrev 598 25 869 fist; abbrev 599 25 650 fist; abs 1394 700 700 fist; abs 1395 701 701 fist; abs
1396 20 20 fist; abs 1397 23 23 fist; abs 1398 21 21 fist; abs 1705 1700 1700 fist; acldefault
3943 1034 18,26 fist; aclexplode 1689 2249 1034 fssts
acl,grantor,grantee,privilege_type,is_grantable 1034,26,26,25,16 ioooo; acos 1601 701 701 fist;
acosd 2732 701 701 fist; acosh 2466 701 701 fist; age 1181 23 28 fsrt; age 1199 1186 1184,1184
fist; age 1386 1186 1184 fsstq; age 2058 1186 1114,1114 fist; age 2059 1186 1114 fsstq; amvalidate
338 16 26 fvst; anytextcat 2004 25 2776,25 fsstq; array_agg 2335 2277 2776 aisf; array_agg 4053
2277 2277 aisf; array_dims 747 25 2277 fist; array_fill 1193 2277 2283,1007 fisf; array_fill 1286
2277 2283,1007,1007 fisf; array_length 2176 23 2277,23 fist; array_lower 2091 23 2277,23 fist;
array_ndims 748 23 2277 fist; array_position 3277 23 5078,5077 fisf; array_position 3278 23
5078,5077,23 fisf; array_positions 3279 1007 5078,5077 fisf; array_remove 3167 5078 5078,5077
fisf; array_replace 3168 5078 5078,5077,5077 fisf; array_to_json 3153 114 2277 fsst; array_to_json
3154 114 2277,16 fsst; array_to_string 384 25 2277,25,25 fssf; array_to_string 395 25 2277,25
fsst; array_to_tsvector 3327 3614 1009 fist; array_upper 2092 23 2277,23 fist; ascii 1620 23 25
fist; asin 1600 701 701 fist; asind 2731 701 701 fist; asinh 2465 701 701 fist; atan 1602 701 701
fist; atan2 1603 701 701,701 fist; atan2d 2734 701 701,701 fist; atand 2733 701 701 fist; atanh
2467 701 701 fist; avg 2100 1700 20 aisf; avg 2101 1700 23 aisf; avg 2102 1700 21 aisf; avg 2103
1700 1700 aisf; avg 2104 701 700 aisf; avg 2105 701 701 aisf; avg 2106 1186 1186 aisf; bit 1683
1560 23,23 fist; bit 1685 1560 1560,23,16 fist; bit 2075 1560 20,23 fist; bit_and 2236 21 21 aisf;
bit_and 2238 23 23 aisf; bit_and 2240 20 20 aisf; bit_and 2242 1560 1560 aisf; bit_count 6162 20
1560 fist; bit_count 6163 20 17 fist; bit_length 1810 23 17 fistq; bit_length 1811 23 25 fistq;
bit_length 1812 23 1560 fistq; bit_or 2237 21 21 aisf; bit_or 2239 23 23 aisf; bit_or 2241 20 20
aisf; bit_or 2243 1560 1560 aisf; bit_xor 6164 21 21 aisf; bit_xor 6165 23 23 aisf; bit_xor 6166
20 20 aisf; bit_xor 6167 1560 1560 aisf; bool 2557 16 23 fist; bool 3556 16 3802 fist; bool_and
2517 16 16 aisf; bool_or 2518 16 16 aisf; bpchar 408 1042 19 fist; bpchar 668 1042 1042,23,16
fist; bpchar 860 1042 18 fist; bpchariclike 1660 16 1042,25 fist; bpcharicnlike 1661 16 1042,25
fist; bpcharlike 1631 16 1042,25 fist; bpcharnlike 1632 16 1042,25 fist; broadcast 698 869 869
fist; btrim 884 25 25,25 fist; btrim 885 25 25 fist; btrim 2015 17 17,17 fist; bytealike 2005 16
17,17 fist; byteanlike 2006 16 17,17 fist; cardinality 3179 23 2277 fist; cash_words 935 25 790
fist; cbrt 1345 701 701 fist; ceil 1711 1700 1700 fist; ceil 2308 701 701 fist; ceiling 2167 1700
1700 fist; ceiling 2320 701 701 fist; char 78 18 23 fist; char 944 18 25 fist; char_length 1372 23
1042 fist; char_length 1381 23 25 fist; character_length 1367 23 1042 fist; character_length 1369
23 25 fist; chr 1621 25 23 fist; cidr 1715 650 869 fist; clock_timestamp 2649 1184 - fvst;
col_description 1216 25 26,23 fsstq; concat 3058 25 2276 fssfv - 2276 v; concat_ws 3059 25 25,2276
fssfv - 25,2276 iv; convert 1813 17 17,19,19 fsst; convert_from 1714 25 17,19 fsst; convert_to
1717 17 25,19 fsst; corr 2829 701 701,701 aisf; cos 1605 701 701 fist; cosd 2736 701 701 fist;
cosh 2463 701 701 fist; cot 1607 701 701 fist; cotd 2738 701 701 fist; count 2147 20 2276 aisf;
count 2803 20 - aisf; covar_pop 2827 701 701,701 aisf; covar_samp 2828 701 701,701 aisf; cume_dist
3104 701 - wisf; cume_dist 3990 701 2276 aisfv - 2276 v; current_database 861 19 - fsst;
current_query 817 25 - fvrf; current_schema 1402 19 - fsut; current_schemas 1403 1003 16 fsut;
current_setting 2077 25 25 fsst; current_setting 3294 25 25,16 fsst; current_user 745 19 - fsst;
currtid2 1294 27 25,27 fvut; currval 1575 20 2205 fvut; cursor_to_xml 2925 142 1790,23,16,16,25
fvut cursor,count,nulls,tableforest,targetns; cursor_to_xmlschema 2928 142 1790,16,16,25 fvut
cursor,nulls,tableforest,targetns; database_to_xml 2936 142 16,16,25 fsrt
nulls,tableforest,targetns; database_to_xml_and_xmlschema 2938 142 16,16,25 fsrt
nulls,tableforest,targetns; database_to_xmlschema 2937 142 16,16,25 fsrt
nulls,tableforest,targetns; date 1178 1082 1184 fsst; date 2029 1082 1114 fist; date_bin 6177 1114
1186,1114,1114 fist; date_bin 6178 1184 1186,1184,1184 fist; date_part 1171 701 25,1184 fsst;
date_part 1172 701 25,1186 fist; date_part 1273 701 25,1266 fist; date_part 1384 701 25,1082
fistq; date_part 1385 701 25,1083 fist; date_part 2021 701 25,1114 fist; date_trunc 1217 1184
25,1184 fsst; date_trunc 1218 1186 25,1186 fist; date_trunc 1284 1184 25,1184,25 fsst; date_trunc
2020 1114 25,1114 fist; datemultirange 4292 4535 - fist; datemultirange 4293 4535 3912 fist;
datemultirange 4294 4535 3913 fistv - 3913 v; daterange 3941 3912 1082,1082 fisf; daterange 3942
3912 1082,1082,25 fisf; daterange_canonical 3915 3912 3912 fist; daterange_subdiff 3925 701
1082,1082 fist; decode 1947 17 25,25 fist; degrees 1608 701 701 fist; dense_rank 3102 20 - wisf;
dense_rank 3992 20 2276 aisfv - 2276 v; dexp 233 701 701 fist; div 1973 1700 1700,1700 fist; dlog1
234 701 701 fist; dlog10 1339 701 701 fist; dround 228 701 701 fist; dtrunc 229 701 701 fist;
encode 1946 25 17,25 fist; enum_first 3528 3500 3500 fssf; enum_last 3529 3500 3500 fssf;
enum_range 3530 2277 3500,3500 fssf; enum_range 3531 2277 3500 fssf; every 2519 16 16 aisf; exp
1347 701 701 fist; exp 1732 1700 1700 fist; extract 6199 1700 25,1082 fist; extract 6200 1700
25,1083 fist; extract 6201 1700 25,1266 fist; extract 6202 1700 25,1114 fist; extract 6203 1700
25,1184 fsst; extract 6204 1700 25,1186 fist; factorial 1376 1700 20 fist; family 711 23 869 fist;
first_value 3112 2283 2283 wist; float4 236 700 21 fist; float4 312 700 701 fist; float4 318 700
23 fist; float4 652 700 20 fist; float4 1745 700 1700 fist; float4 3453 700 3802 fist; float8 235
701 21 fist; float8 311 701 700 fist; float8 316 701 23 fist; float8 482 701 20 fist; float8 1746
701 1700 fist; float8 2580 701 3802 fist; floor 1712 1700 1700 fist; floor 2309 701 701 fist;
fmgr_c_validator 2247 2278 26 fsst; fmgr_internal_validator 2246 2278 26 fsst; fmgr_sql_validator
2248 2278 26 fsst; format 3539 25 25,2276 fssfv - 25,2276 iv; format 3540 25 25 fssf; format_type
1081 25 26,23 fssf; gcd 5044 23 23,23 fist; gcd 5045 20 20,20 fist; gcd 5048 1700 1700,1700 fist;
gen_random_uuid 3432 2950 - fvst; generate_series 938 1114 1114,1114,1186 fists; generate_series
939 1184 1184,1184,1186 fssts; generate_series 1066 23 23,23,23 fists; generate_series 1067 23
23,23 fists; generate_series 1068 20 20,20,20 fists; generate_series 1069 20 20,20 fists;
generate_series 3259 1700 1700,1700,1700 fists; generate_series 3260 1700 1700,1700 fists;
generate_subscripts 1191 23 2277,23,16 fists; generate_subscripts 1192 23 2277,23 fists; get_bit
723 23 17,20 fist; get_bit 3032 23 1560,23 fist; get_byte 721 23 17,23 fist; getdatabaseencoding
1039 19 - fsst; getpgusername 710 19 - fsst; has_any_column_privilege 3024 16 19,25,25 fsst;
has_any_column_privilege 3025 16 19,26,25 fsst; has_any_column_privilege 3026 16 26,25,25 fsst;
has_any_column_privilege 3027 16 26,26,25 fsst; has_any_column_privilege 3028 16 25,25 fsst;
has_any_column_privilege 3029 16 26,25 fsst; has_column_privilege 3012 16 19,25,25,25 fsst;
has_column_privilege 3013 16 19,25,21,25 fsst; has_column_privilege 3014 16 19,26,25,25 fsst;
has_column_privilege 3015 16 19,26,21,25 fsst; has_column_privilege 3016 16 26,25,25,25 fsst;
has_column_privilege 3017 16 26,25,21,25 fsst; has_column_privilege 3018 16 26,26,25,25 fsst;
has_column_privilege 3019 16 26,26,21,25 fsst; has_column_privilege 3020 16 25,25,25 fsst;
has_column_privilege 3021 16 25,21,25 fsst; has_column_privilege 3022 16 26,25,25 fsst;
has_column_privilege 3023 16 26,21,25 fsst; has_database_privilege 2250 16 19,25,25 fsst;
has_database_privilege 2251 16 19,26,25 fsst; has_database_privilege 2252 16 26,25,25 fsst;
has_database_privilege 2253 16 26,26,25 fsst; has_database_privilege 2254 16 25,25 fsst;
has_database_privilege 2255 16 26,25 fsst; has_foreign_data_wrapper_privilege 3000 16 19,25,25
fsst; has_foreign_data_wrapper_privilege 3001 16 19,26,25 fsst; has_foreign_data_wrapper_privilege
3002 16 26,25,25 fsst; has_foreign_data_wrapper_privilege 3003 16 26,26,25 fsst;
has_foreign_data_wrapper_privilege 3004 16 25,25 fsst; has_foreign_data_wrapper_privilege 3005 16
26,25 fsst; has_function_privilege 2256 16 19,25,25 fsst; has_function_privilege 2257 16 19,26,25
fsst; has_function_privilege 2258 16 26,25,25 fsst; has_function_privilege 2259 16 26,26,25 fsst;
has_function_privilege 2260 16 25,25 fsst; has_function_privilege 2261 16 26,25 fsst;
has_language_privilege 2262 16 19,25,25 fsst; has_language_privilege 2263 16 19,26,25 fsst;
has_language_privilege 2264 16 26,25,25 fsst; has_language_privilege 2265 16 26,26,25 fsst;
has_language_privilege 2266 16 25,25 fsst; has_language_privilege 2267 16 26,25 fsst;
has_parameter_privilege 6205 16 19,25,25 fsst; has_parameter_privilege 6206 16 26,25,25 fsst;
has_parameter_privilege 6207 16 25,25 fsst; has_schema_privilege 2268 16 19,25,25 fsst;
has_schema_privilege 2269 16 19,26,25 fsst; has_schema_privilege 2270 16 26,25,25 fsst;
has_schema_privilege 2271 16 26,26,25 fsst; has_schema_privilege 2272 16 25,25 fsst;
has_schema_privilege 2273 16 26,25 fsst; has_sequence_privilege 2181 16 19,25,25 fsst;
has_sequence_privilege 2182 16 19,26,25 fsst; has_sequence_privilege 2183 16 26,25,25 fsst;
has_sequence_privilege 2184 16 26,26,25 fsst; has_sequence_privilege 2185 16 25,25 fsst;
has_sequence_privilege 2186 16 26,25 fsst; has_server_privilege 3006 16 19,25,25 fsst;
has_server_privilege 3007 16 19,26,25 fsst; has_server_privilege 3008 16 26,25,25 fsst;
has_server_privilege 3009 16 26,26,25 fsst; has_server_privilege 3010 16 25,25 fsst;
has_server_privilege 3011 16 26,25 fsst; has_table_privilege 1922 16 19,25,25 fsst;
has_table_privilege 1923 16 19,26,25 fsst; has_table_privilege 1924 16 26,25,25 fsst;
has_table_privilege 1925 16 26,26,25 fsst; has_table_privilege 1926 16 25,25 fsst;
has_table_privilege 1927 16 26,25 fsst; has_tablespace_privilege 2390 16 19,25,25 fsst;
has_tablespace_privilege 2391 16 19,26,25 fsst; has_tablespace_privilege 2392 16 26,25,25 fsst;
has_tablespace_privilege 2393 16 26,26,25 fsst; has_tablespace_privilege 2394 16 25,25 fsst;
has_tablespace_privilege 2395 16 26,25 fsst; has_type_privilege 3138 16 19,25,25 fsst;
has_type_privilege 3139 16 19,26,25 fsst; has_type_privilege 3140 16 26,25,25 fsst;
has_type_privilege 3141 16 26,26,25 fsst; has_type_privilege 3142 16 25,25 fsst;
has_type_privilege 3143 16 26,25 fsst; host 699 25 869 fist; hostmask 1362 869 869 fist;
inet_client_addr 2196 869 - fsrf; inet_client_port 2197 23 - fsrf; inet_server_addr 2198 869 -
fsrf; inet_server_port 2199 23 - fsrf; initcap 872 25 25 fist; int2 237 21 701 fist; int2 238 21
700 fist; int2 314 21 23 fist; int2 714 21 20 fist; int2 1783 21 1700 fist; int2 3450 21 3802
fist; int4 77 23 18 fist; int4 313 23 21 fist; int4 317 23 701 fist; int4 319 23 700 fist; int4
480 23 20 fist; int4 1684 23 1560 fist; int4 1744 23 1700 fist; int4 2558 23 16 fist; int4 3451 23
3802 fist; int4inc 766 23 23 fist; int4multirange 4280 4451 - fist; int4multirange 4281 4451 3904
fist; int4multirange 4282 4451 3905 fistv - 3905 v; int4range 3840 3904 23,23 fisf; int4range 3841
3904 23,23,25 fisf; int4range_canonical 3914 3904 3904 fist; int4range_subdiff 3922 701 23,23
fist; int8 481 20 23 fist; int8 483 20 701 fist; int8 653 20 700 fist; int8 754 20 21 fist; int8
1288 20 26 fist; int8 1779 20 1700 fist; int8 2076 20 1560 fist; int8 3452 20 3802 fist; int8_sum
1842 1700 1700,20 fisf; int8multirange 4295 4536 - fist; int8multirange 4296 4536 3926 fist;
int8multirange 4297 4536 3927 fistv - 3927 v; int8range 3945 3926 20,20 fisf; int8range 3946 3926
20,20,25 fisf; int8range_canonical 3928 3926 3926 fist; int8range_subdiff 3923 701 20,20 fist;
interval 1200 1186 1186,23 fist; interval 1370 1186 1083 fist; is_normalized 4351 16 25,25 fist;
isempty 4237 16 4537 fist; isfinite 1373 16 1082 fist; isfinite 1389 16 1184 fist; isfinite 1390
16 1186 fist; isfinite 2048 16 1114 fist; ishorizontal 1407 16 600,600 fist; isvertical 1406 16
600,600 fist; json_agg 3175 114 2283 assf; json_array_elements 3955 114 114 fists from_json,value
114,114 io; json_array_elements_text 3969 25 114 fists from_json,value 114,25 io;
json_array_length 3956 23 114 fist; json_build_array 3198 114 2276 fssfv - 2276 v;
json_build_array 3199 114 - fssf; json_build_object 3200 114 2276 fssfv - 2276 v;
json_build_object 3201 114 - fssf; json_each 3958 2249 114 fists from_json,key,value 114,25,114
ioo; json_each_text 3959 2249 114 fists from_json,key,value 114,25,25 ioo; json_object 3202 114
1009 fist; json_object 3203 114 1009,1009 fist; json_object_agg 3197 114 2276,2276 assf;
json_object_keys 3957 25 114 fists; json_populate_record 3960 2283 2283,114,16 fssf
base,from_json,use_json_as_text; json_populate_recordset 3961 2283 2283,114,16 fssfs
base,from_json,use_json_as_text; json_strip_nulls 3261 114 114 fist; json_to_record 3204 2249 114
fsst; json_to_recordset 3205 2249 114 fssfs; json_to_tsvector 4215 3614 114,3802 fsst; json_typeof
3968 25 114 fist; jsonb_agg 3267 3802 2283 assf; jsonb_array_elements 3219 3802 3802 fists
from_json,value 3802,3802 io; jsonb_array_elements_text 3465 25 3802 fists from_json,value 3802,25
io; jsonb_array_length 3207 23 3802 fist; jsonb_build_array 3271 3802 2276 fssfv - 2276 v;
jsonb_build_array 3272 3802 - fssf; jsonb_build_object 3273 3802 2276 fssfv - 2276 v;
jsonb_build_object 3274 3802 - fssf; jsonb_each 3208 2249 3802 fists from_json,key,value
3802,25,3802 ioo; jsonb_each_text 3932 2249 3802 fists from_json,key,value 3802,25,25 ioo;
jsonb_insert 3579 3802 3802,1009,3802,16 fist jsonb_in,path,replacement,insert_after; jsonb_object
3263 3802 1009 fist; jsonb_object 3264 3802 1009,1009 fist; jsonb_object_agg 3270 3802 2276,2276
aisf; jsonb_object_keys 3931 25 3802 fists; jsonb_path_exists 4005 16 3802,4072,3802,16 fist
target,path,vars,silent; jsonb_path_exists_tz 1177 16 3802,4072,3802,16 fsst
target,path,vars,silent; jsonb_path_match 4009 16 3802,4072,3802,16 fist target,path,vars,silent;
jsonb_path_match_tz 2030 16 3802,4072,3802,16 fsst target,path,vars,silent; jsonb_path_query 4006
3802 3802,4072,3802,16 fists target,path,vars,silent; jsonb_path_query_array 4007 3802
3802,4072,3802,16 fist target,path,vars,silent; jsonb_path_query_array_tz 1180 3802
3802,4072,3802,16 fsst target,path,vars,silent; jsonb_path_query_first 4008 3802 3802,4072,3802,16
fist target,path,vars,silent; jsonb_path_query_first_tz 2023 3802 3802,4072,3802,16 fsst
target,path,vars,silent; jsonb_path_query_tz 1179 3802 3802,4072,3802,16 fssts
target,path,vars,silent; jsonb_populate_record 3209 2283 2283,3802 fssf; jsonb_populate_recordset
3475 2283 2283,3802 fssfs; jsonb_pretty 3306 25 3802 fist; jsonb_set 3305 3802 3802,1009,3802,16
fist jsonb_in,path,replacement,create_if_missing; jsonb_set_lax 5054 3802 3802,1009,3802,16,25
fisf jsonb_in,path,replacement,create_if_missing,null_value_treatment; jsonb_strip_nulls 3262 3802
3802 fist; jsonb_to_record 3490 2249 3802 fsst; jsonb_to_recordset 3491 2249 3802 fssfs;
jsonb_to_tsvector 4213 3614 3802,3802 fsst; jsonb_typeof 3210 25 3802 fist; justify_days 1295 1186
1186 fist; justify_hours 1175 1186 1186 fist; justify_interval 2711 1186 1186 fist; lag 3106 2283
2283 wist; lag 3107 2283 2283,23 wist; lag 3108 5077 5077,23,5077 wist; last_value 3113 2283 2283
wist; lastval 2559 20 - fvut; lcm 5046 23 23,23 fist; lcm 5047 20 20,20 fist; lcm 5049 1700
1700,1700 fist; lead 3109 2283 2283 wist; lead 3110 2283 2283,23 wist; lead 3111 5077 5077,23,5077
wist; left 3060 25 25,23 fist; length 1317 23 25 fist; length 1318 23 1042 fist; length 1681 23
1560 fist; length 1713 23 17,19 fsst; length 2010 23 17 fist; length 3711 23 3614 fist; like 1569
16 25,25 fist; like 1571 16 19,25 fist; like 2007 16 17,17 fist; like_escape 1637 25 25,25 fist;
like_escape 2009 17 17,17 fist; ln 1341 701 701 fist; ln 1734 1700 1700 fist; lo_close 953 23 23
fvut; lo_creat 957 26 23 fvut; lo_create 715 26 26 fvut; lo_export 765 23 26,25 fvut;
lo_from_bytea 3457 26 26,17 fvut; lo_get 3458 17 26 fvut; lo_get 3459 17 26,20,23 fvut; lo_import
764 26 25 fvut; lo_import 767 26 25,26 fvut; lo_lseek 956 23 23,23,23 fvut; lo_lseek64 3170 20
23,20,23 fvut; lo_open 952 23 26,23 fvut; lo_put 3460 2278 26,20,17 fvut; lo_tell 958 23 23 fvut;
lo_tell64 3171 20 23 fvut; lo_truncate 1004 23 23,23 fvut; lo_truncate64 3172 23 23,20 fvut;
lo_unlink 964 23 26 fvut; log 1340 701 701 fist; log 1736 1700 1700,1700 fist; log 1741 1700 1700
fistq; log10 1194 701 701 fist; log10 1481 1700 1700 fistq; loread 954 17 23,23 fvut; lower 870 25
25 fist; lower 3848 2283 3831 fist; lower 4235 2283 4537 fist; lower_inc 3851 16 3831 fist;
lower_inc 4238 16 4537 fist; lower_inf 3853 16 3831 fist; lower_inf 4240 16 4537 fist; lowrite 955
23 23,17 fvut; lpad 873 25 25,23,25 fist; lpad 879 25 25,23 fistq; ltrim 875 25 25,25 fist; ltrim
881 25 25 fist; ltrim 6195 17 17,17 fist; make_date 3846 1082 23,23,23 fist year,month,day;
make_interval 3464 1186 23,23,23,23,23,23,701 fist years,months,weeks,days,hours,mins,secs;
make_time 3847 1083 23,23,701 fist hour,min,sec; make_timestamp 3461 1114 23,23,23,23,23,701 fist
year,month,mday,hour,min,sec; make_timestamptz 3462 1184 23,23,23,23,23,701 fsst
year,month,mday,hour,min,sec; make_timestamptz 3463 1184 23,23,23,23,23,701,25 fsst
year,month,mday,hour,min,sec,timezone; makeaclitem 1365 1033 26,26,25,16 fist; masklen 697 23 869
fist; max 2050 2277 2277 aisf; max 2115 20 20 aisf; max 2116 23 23 aisf; max 2117 21 21 aisf; max
2118 26 26 aisf; max 2119 700 700 aisf; max 2120 701 701 aisf; max 2122 1082 1082 aisf; max 2123
1083 1083 aisf; max 2124 1266 1266 aisf; max 2125 790 790 aisf; max 2126 1114 1114 aisf; max 2127
1184 1184 aisf; max 2128 1186 1186 aisf; max 2129 25 25 aisf; max 2130 1700 1700 aisf; max 2244
1042 1042 aisf; max 2797 27 27 aisf; max 3526 3500 3500 aisf; max 3564 869 869 aisf; max 4189 3220
3220 aisf; max 5099 5069 5069 aisf; md5 2311 25 25 fist; md5 2321 25 17 fist; min 2051 2277 2277
aisf; min 2131 20 20 aisf; min 2132 23 23 aisf; min 2133 21 21 aisf; min 2134 26 26 aisf; min 2135
700 700 aisf; min 2136 701 701 aisf; min 2138 1082 1082 aisf; min 2139 1083 1083 aisf; min 2140
1266 1266 aisf; min 2141 790 790 aisf; min 2142 1114 1114 aisf; min 2143 1184 1184 aisf; min 2144
1186 1186 aisf; min 2145 25 25 aisf; min 2146 1700 1700 aisf; min 2245 1042 1042 aisf; min 2798 27
27 aisf; min 3527 3500 3500 aisf; min 3565 869 869 aisf; min 4190 3220 3220 aisf; min 5100 5069
5069 aisf; min_scale 5042 23 1700 fist; mod 940 21 21,21 fist; mod 941 23 23,23 fist; mod 947 20
20,20 fist; mod 1728 1700 1700,1700 fist; mode 3984 2283 2283 aisf; money 3811 790 23 fsst; money
3812 790 20 fsst; money 3824 790 1700 fsst; multirange 4298 4537 3831 fist; mxid_age 3939 23 28
fsst; name 407 19 25 fist; name 409 19 1042 fist; name 1400 19 1043 fist; nameconcatoid 266 19
19,26 fist; nameiclike 1635 16 19,25 fist; nameicnlike 1636 16 19,25 fist; namelike 858 16 19,25
fist; namenlike 859 16 19,25 fist; netmask 696 869 869 fist; network 683 650 869 fist; nextval
1574 20 2205 fvut; normalize 4350 25 25,25 fist; notlike 1570 16 25,25 fist; notlike 1572 16 19,25
fist; notlike 2008 16 17,17 fist; now 1299 1184 - fsst; nth_value 3114 2283 2283,23 wist; ntile
3105 23 23 wist; num_nonnulls 440 23 2276 fisfv - 2276 v; num_nulls 438 23 2276 fisfv - 2276 v;
numeric 1703 1700 1700,23 fist; numeric 1740 1700 23 fist; numeric 1742 1700 700 fist; numeric
1743 1700 701 fist; numeric 1781 1700 20 fist; numeric 1782 1700 21 fist; numeric 3449 1700 3802
fist; numeric 3823 1700 790 fsst; numeric_div_trunc 1980 1700 1700,1700 fist; numeric_exp 1733
1700 1700 fist; numeric_inc 1764 1700 1700 fist; numeric_ln 1735 1700 1700 fist; numeric_log 1737
1700 1700,1700 fist; numeric_sqrt 1731 1700 1700 fist; nummultirange 4283 4532 - fist;
nummultirange 4284 4532 3906 fist; nummultirange 4285 4532 3907 fistv - 3907 v; numnode 3672 23
3615 fist; numrange 3844 3906 1700,1700 fisf; numrange 3845 3906 1700,1700,25 fisf;
numrange_subdiff 3924 701 1700,1700 fist; obj_description 1215 25 26,19 fsstq; obj_description
1348 25 26 fsstq; octet_length 720 23 17 fist; octet_length 1374 23 25 fist; octet_length 1375 23
1042 fist; octet_length 1682 23 1560 fist; oid 1287 26 20 fist; oidvectortypes 1349 25 30 fsst;
overlaps 1271 16 1266,1266,1266,1266 fisf; overlaps 1304 16 1184,1184,1184,1184 fisf; overlaps
1305 16 1184,1186,1184,1186 fssfq; overlaps 1306 16 1184,1184,1184,1186 fssfq; overlaps 1307 16
1184,1186,1184,1184 fssfq; overlaps 1308 16 1083,1083,1083,1083 fisf; overlaps 1309 16
1083,1186,1083,1186 fisfq; overlaps 1310 16 1083,1083,1083,1186 fisfq; overlaps 1311 16
1083,1186,1083,1083 fisfq; overlaps 2041 16 1114,1114,1114,1114 fisf; overlaps 2042 16
1114,1186,1114,1186 fisfq; overlaps 2043 16 1114,1114,1114,1186 fisfq; overlaps 2044 16
1114,1186,1114,1114 fisfq; overlay 749 17 17,17,23,23 fist; overlay 752 17 17,17,23 fist; overlay
1404 25 25,25,23,23 fist; overlay 1405 25 25,25,23 fist; overlay 3030 1560 1560,1560,23,23 fist;
overlay 3031 1560 1560,1560,23 fist; parse_ident 1268 1009 25,16 fist str,strict; percent_rank
3103 701 - wisf; percent_rank 3988 701 2276 aisfv - 2276 v; percentile_cont 3974 701 701,701 aisf;
percentile_cont 3976 1186 701,1186 aisf; percentile_cont 3980 1022 1022,701 aisf; percentile_cont
3982 1187 1022,1186 aisf; percentile_disc 3972 2283 701,2283 aisf; percentile_disc 3978 2277
1022,2283 aisf; pg_advisory_lock 2880 2278 20 fvrt; pg_advisory_lock 2886 2278 23,23 fvrt;
pg_advisory_lock_shared 2881 2278 20 fvrt; pg_advisory_lock_shared 2887 2278 23,23 fvrt;
pg_advisory_unlock 2884 16 20 fvrt; pg_advisory_unlock 2890 16 23,23 fvrt; pg_advisory_unlock_all
2892 2278 - fvrt; pg_advisory_unlock_shared 2885 16 20 fvrt; pg_advisory_unlock_shared 2891 16
23,23 fvrt; pg_advisory_xact_lock 3089 2278 20 fvrt; pg_advisory_xact_lock 3093 2278 23,23 fvrt;
pg_advisory_xact_lock_shared 3090 2278 20 fvrt; pg_advisory_xact_lock_shared 3094 2278 23,23 fvrt;
pg_available_extension_versions 3083 2249 - fssts
name,version,superuser,trusted,relocatable,schema,requires,comment 19,25,16,16,16,19,1003,25
oooooooo; pg_available_extensions 3082 2249 - fssts name,default_version,comment 19,25,25 ooo;
pg_backend_pid 2026 23 - fsrt; pg_backup_start 2172 3220 25,16 fvrt label,fast; pg_backup_stop
2739 2249 16 fvrt wait_for_archive,lsn,labelfile,spcmapfile 16,3220,25,25 iooo; pg_blocking_pids
2561 1007 23 fvst; pg_cancel_backend 2171 16 23 fvst; pg_char_to_encoding 1264 23 19 fsst;
pg_client_encoding 810 19 - fsst; pg_collation_actual_version 3448 25 26 fvst; pg_collation_for
3162 25 2276 fssf; pg_collation_is_visible 3815 16 26 fsst; pg_column_compression 2121 25 2276
fsst; pg_column_is_updatable 3843 16 2205,21,16 fsst; pg_column_size 1269 23 2276 fsst;
pg_conf_load_time 2034 1184 - fsrt; pg_config 3400 2249 - fsrts name,setting 25,25 oo;
pg_control_checkpoint 3442 2249 - fvst
checkpoint_lsn,redo_lsn,redo_wal_file,timeline_id,prev_timeline_id,full_page_writes,next_xid,\
next_oid,next_multixact_id,next_multi_offset,oldest_xid,oldest_xid_dbid,oldest_active_xid,\
oldest_multi_xid,oldest_multi_dbid,oldest_commit_ts_xid,newest_commit_ts_xid,checkpoint_time
3220,3220,25,23,23,16,25,26,28,28,28,26,28,28,26,28,28,1184 oooooooooooooooooo; pg_control_init
3444 2249 - fvst
max_data_alignment,database_block_size,blocks_per_segment,wal_block_size,bytes_per_wal_segment,\
max_identifier_length,max_index_columns,max_toast_chunk_size,large_object_chunk_size,\
float8_pass_by_value,data_page_checksum_version 23,23,23,23,23,23,23,23,23,16,23 ooooooooooo;
pg_control_recovery 3443 2249 - fvst
min_recovery_end_lsn,min_recovery_end_timeline,backup_start_lsn,backup_end_lsn,\
end_of_backup_record_required 3220,23,3220,3220,16 ooooo; pg_control_system 3441 2249 - fvst
pg_control_version,catalog_version_no,system_identifier,pg_control_last_modified 23,23,20,1184
oooo; pg_conversion_is_visible 2093 16 26 fsst; pg_copy_logical_replication_slot 4222 2249
19,19,16,19 fvut src_slot_name,dst_slot_name,temporary,plugin,slot_name,lsn 19,19,16,19,19,3220
iiiioo; pg_copy_logical_replication_slot 4223 2249 19,19,16 fvut
src_slot_name,dst_slot_name,temporary,slot_name,lsn 19,19,16,19,3220 iiioo;
pg_copy_logical_replication_slot 4224 2249 19,19 fvut src_slot_name,dst_slot_name,slot_name,lsn
19,19,19,3220 iioo; pg_copy_physical_replication_slot 4220 2249 19,19,16 fvut
src_slot_name,dst_slot_name,temporary,slot_name,lsn 19,19,16,19,3220 iiioo;
pg_copy_physical_replication_slot 4221 2249 19,19 fvut src_slot_name,dst_slot_name,slot_name,lsn
19,19,19,3220 iioo; pg_create_logical_replication_slot 3786 2249 19,19,16,16 fvut
slot_name,plugin,temporary,twophase,slot_name,lsn 19,19,16,16,19,3220 iiiioo;
pg_create_physical_replication_slot 3779 2249 19,16,16 fvut
slot_name,immediately_reserve,temporary,slot_name,lsn 19,16,16,19,3220 iiioo;
pg_create_restore_point 3098 3220 25 fvst; pg_current_logfile 3800 25 - fvsf; pg_current_logfile
3801 25 25 fvsf; pg_current_snapshot 5061 5038 - fsst; pg_current_wal_flush_lsn 3330 3220 - fvst;
pg_current_wal_insert_lsn 2852 3220 - fvst; pg_current_wal_lsn 2849 3220 - fvst;
pg_current_xact_id 5059 5069 - fsut; pg_current_xact_id_if_assigned 5060 5069 - fsut; pg_cursor
2511 2249 - fsrts name,statement,is_holdable,is_binary,is_scrollable,creation_time
25,25,16,16,16,1184 oooooo; pg_database_collation_actual_version 6249 25 26 fvst; pg_database_size
2168 20 19 fvst; pg_database_size 2324 20 26 fvst; pg_describe_object 3537 25 26,26,23 fsst;
pg_drop_replication_slot 3780 2278 19 fvut; pg_encoding_max_length 2319 23 23 fist;
pg_encoding_to_char 1597 19 23 fsst; pg_event_trigger_ddl_commands 4568 2249 - fsrts
classid,objid,objsubid,command_tag,object_type,schema_name,object_identity,in_extension,command
26,26,23,25,25,25,25,16,32 ooooooooo; pg_event_trigger_dropped_objects 3566 2249 - fsrts
classid,objid,objsubid,original,normal,is_temporary,object_type,schema_name,object_name,\
object_identity,address_names,address_args 26,26,23,16,16,16,25,25,25,25,1009,1009 oooooooooooo;
pg_event_trigger_table_rewrite_oid 4566 26 - fsrt oid 26 o; pg_event_trigger_table_rewrite_reason
4567 23 - fsrt; pg_export_snapshot 3809 25 - fvut; pg_extension_config_dump 3086 2278 2205,25
fvut; pg_extension_update_paths 3084 2249 19 fssts name,source,target,path 19,25,25,25 iooo;
pg_filenode_relation 3454 2205 26,26 fsst; pg_function_is_visible 2081 16 26 fsst;
pg_get_backend_memory_contexts 2282 2249 - fvrts
name,ident,parent,level,total_bytes,total_nblocks,free_bytes,free_chunks,used_bytes
25,25,25,23,20,20,20,20,20 ooooooooo; pg_get_catalog_foreign_keys 6159 2249 - fssts
fktable,fkcols,pktable,pkcols,is_array,is_opt 2205,1009,2205,1009,16,16 oooooo;
pg_get_constraintdef 1387 25 26 fsst; pg_get_constraintdef 2508 25 26,16 fsst; pg_get_expr 1716 25
194,26 fsst; pg_get_expr 2509 25 194,26,16 fsst; pg_get_function_arg_default 3808 25 26,23 fsst;
pg_get_function_arguments 2162 25 26 fsst; pg_get_function_identity_arguments 2232 25 26 fsst;
pg_get_function_result 2165 25 26 fsst; pg_get_function_sqlbody 6197 25 26 fsst;
pg_get_functiondef 2098 25 26 fsst; pg_get_indexdef 1643 25 26 fsst; pg_get_indexdef 2507 25
26,23,16 fsst; pg_get_keywords 1686 2249 - fssts word,catcode,barelabel,catdesc,baredesc
25,18,16,25,25 ooooo; pg_get_multixact_members 3819 2249 28 fvsts multixid,xid,mode 28,28,25 ioo;
pg_get_object_address 3954 2249 25,1009,1009 fsst
type,object_names,object_args,classid,objid,objsubid 25,1009,1009,26,26,23 iiiooo;
pg_get_partition_constraintdef 3408 25 26 fsst; pg_get_partkeydef 3352 25 26 fsst;
pg_get_publication_tables 6119 2249 25 fssts pubname,relid,attrs,qual 25,26,22,194 iooo;
pg_get_replica_identity_index 6120 2205 2205 fsst; pg_get_replication_slots 3781 2249 - fssfs
slot_name,plugin,slot_type,datoid,temporary,active,active_pid,xmin,catalog_xmin,restart_lsn,\
confirmed_flush_lsn,wal_status,safe_wal_size,two_phase
19,19,25,26,16,16,23,28,28,3220,3220,25,20,16 oooooooooooooo; pg_get_ruledef 1573 25 26 fsst;
pg_get_ruledef 2504 25 26,16 fsst; pg_get_serial_sequence 1665 25 25,25 fsst;
pg_get_shmem_allocations 5052 2249 - fvsts name,off,size,allocated_size 25,20,20,20 oooo;
pg_get_statisticsobjdef 3415 25 26 fsst; pg_get_statisticsobjdef_columns 6174 25 26 fsst;
pg_get_statisticsobjdef_expressions 6173 1009 26 fsst; pg_get_triggerdef 1662 25 26 fsst;
pg_get_triggerdef 2730 25 26,16 fsst; pg_get_userbyid 1642 19 26 fsst; pg_get_viewdef 1640 25 25
fsrt; pg_get_viewdef 1641 25 26 fsrt; pg_get_viewdef 2505 25 25,16 fsrt; pg_get_viewdef 2506 25
26,16 fsrt; pg_get_viewdef 3159 25 26,23 fsrt; pg_has_role 2705 16 19,19,25 fsst; pg_has_role 2706
16 19,26,25 fsst; pg_has_role 2707 16 26,19,25 fsst; pg_has_role 2708 16 26,26,25 fsst;
pg_has_role 2709 16 19,25 fsst; pg_has_role 2710 16 26,25 fsst; pg_hba_file_rules 3401 2249 -
fvsts line_number,type,database,user_name,address,netmask,auth_method,options,error
23,25,1009,1009,25,25,25,1009,25 ooooooooo; pg_ident_file_mappings 6250 2249 - fvsts
line_number,map_name,sys_name,pg_username,error 23,25,25,25,25 ooooo; pg_identify_object 3839 2249
26,26,23 fsst classid,objid,objsubid,type,schema,name,identity 26,26,23,25,25,25,25 iiioooo;
pg_identify_object_as_address 3382 2249 26,26,23 fsst
classid,objid,objsubid,type,object_names,object_args 26,26,23,25,1009,1009 iiiooo;
pg_import_system_collations 3445 23 4089 fvut; pg_index_column_has_property 638 16 2205,23,25
fsst; pg_index_has_property 637 16 2205,25 fsst; pg_indexam_has_property 636 16 26,25 fsst;
pg_indexam_progress_phasename 676 25 26,20 fist; pg_indexes_size 2998 20 2205 fvst;
pg_is_in_recovery 3810 16 - fvst; pg_is_other_temp_schema 2855 16 26 fsst; pg_is_wal_replay_paused
3073 16 - fvst; pg_isolation_test_session_is_blocked 3378 16 23,1007 fvst; pg_jit_available 315 16
- fvst; pg_last_committed_xact 3583 2249 - fvst xid,timestamp,roident 28,1184,26 ooo;
pg_last_wal_receive_lsn 3820 3220 - fvst; pg_last_wal_replay_lsn 3821 3220 - fvst;
pg_last_xact_replay_timestamp 3830 1184 - fvst; pg_listening_channels 3035 25 - fsrts;
pg_lock_status 1371 2249 - fvsts
locktype,database,relation,page,tuple,virtualxid,transactionid,classid,objid,objsubid,\
virtualtransaction,pid,mode,granted,fastpath,waitstart
25,26,26,23,21,25,28,26,26,21,25,23,25,16,16,1184 oooooooooooooooo; pg_log_backend_memory_contexts
4543 16 23 fvst; pg_my_temp_schema 2854 26 - fsrt; pg_notification_queue_usage 3296 701 - fvrt;
pg_notify 3036 2278 25,25 fvrf; pg_opclass_is_visible 2083 16 26 fsst; pg_operator_is_visible 2082
16 26 fsst; pg_opfamily_is_visible 3829 16 26 fsst; pg_options_to_table 2289 2249 1009 fssts
options_array,option_name,option_value 1009,25,25 ioo; pg_partition_ancestors 3425 2205 2205 fvsts
partitionid,relid 2205,2205 io; pg_partition_root 3424 2205 2205 fist; pg_partition_tree 3423 2249
2205 fvsts rootrelid,relid,parentrelid,isleaf,level 2205,2205,2205,16,23 ioooo;
pg_postmaster_start_time 2560 1184 - fsst; pg_prepared_statement 2510 2249 - fsrts
name,statement,prepare_time,parameter_types,from_sql,generic_plans,custom_plans
25,25,1184,2211,16,20,20 ooooooo; pg_prepared_xact 1065 2249 - fvsts
transaction,gid,prepared,ownerid,dbid 28,25,1184,26,26 ooooo; pg_promote 3436 16 16,23 fvst
wait,wait_seconds; pg_read_binary_file 3295 17 25,20,20,16 fvst; pg_read_binary_file 3827 17
25,20,20 fvst; pg_read_binary_file 3828 17 25 fvst; pg_read_file 2624 25 25,20,20 fvst;
pg_read_file 3293 25 25,20,20,16 fvst; pg_read_file 3826 25 25 fvst; pg_read_file_old 4100 25
25,20,20 fvst; pg_relation_filenode 2999 26 2205 fsst; pg_relation_filepath 3034 25 2205 fsst;
pg_relation_is_publishable 6121 16 2205 fsst; pg_relation_is_updatable 3842 23 2205,16 fsst;
pg_relation_size 2325 20 2205 fvstq; pg_relation_size 2332 20 2205,25 fvst; pg_reload_conf 2621 16
- fvst; pg_rotate_logfile 2622 16 - fvst; pg_rotate_logfile_old 4099 16 - fvst;
pg_safe_snapshot_blocking_pids 3376 1007 23 fvst; pg_sequence_last_value 4032 20 2205 fvut;
pg_sequence_parameters 3078 2249 26 fsst
sequence_oid,start_value,minimum_value,maximum_value,increment,cycle_option,cache_size,data_type
26,20,20,20,20,16,20,26 iooooooo; pg_settings_get_flags 6240 1009 25 fsst;
pg_show_all_file_settings 3329 2249 - fvsts sourcefile,sourceline,seqno,name,setting,applied,error
25,23,23,25,25,16,25 ooooooo; pg_show_all_settings 2084 2249 - fssts
name,setting,unit,category,short_desc,extra_desc,context,vartype,source,min_val,max_val,enumvals,\
boot_val,reset_val,sourcefile,sourceline,pending_restart
25,25,25,25,25,25,25,25,25,25,25,1009,25,25,25,23,16 ooooooooooooooooo;
pg_show_replication_origin_status 6014 2249 - fvrfs local_id,external_id,remote_lsn,local_lsn
26,25,3220,3220 oooo; pg_size_bytes 3334 20 25 fist; pg_size_pretty 2288 25 20 fist;
pg_size_pretty 3166 25 1700 fist; pg_sleep 2626 2278 701 fvst; pg_sleep_for 3935 2278 1186 fvstq;
pg_sleep_until 3936 2278 1184 fvstq; pg_snapshot_xip 5064 5069 5038 fists; pg_snapshot_xmax 5063
5069 5038 fist; pg_snapshot_xmin 5062 5069 5038 fist; pg_statistics_obj_is_visible 3403 16 26
fsst; pg_stop_making_pinned_objects 6241 2278 - fvut; pg_switch_wal 2848 3220 - fvst;
pg_table_is_visible 2079 16 26 fsst; pg_table_size 2997 20 2205 fvst; pg_tablespace_databases 2556
26 26 fssts; pg_tablespace_location 3778 25 26 fsst; pg_tablespace_size 2322 20 26 fvst;
pg_tablespace_size 2323 20 19 fvst; pg_terminate_backend 2096 16 23,20 fvst pid,timeout;
pg_timezone_abbrevs 2599 2249 - fssts abbrev,utc_offset,is_dst 25,1186,16 ooo; pg_timezone_names
2856 2249 - fssts name,abbrev,utc_offset,is_dst 25,25,1186,16 oooo; pg_total_relation_size 2286 20
2205 fvst; pg_trigger_depth 3163 23 - fsrt; pg_try_advisory_lock 2882 16 20 fvrt;
pg_try_advisory_lock 2888 16 23,23 fvrt; pg_try_advisory_lock_shared 2883 16 20 fvrt;
pg_try_advisory_lock_shared 2889 16 23,23 fvrt; pg_try_advisory_xact_lock 3091 16 20 fvrt;
pg_try_advisory_xact_lock 3095 16 23,23 fvrt; pg_try_advisory_xact_lock_shared 3092 16 20 fvrt;
pg_try_advisory_xact_lock_shared 3096 16 23,23 fvrt; pg_ts_config_is_visible 3758 16 26 fsst;
pg_ts_dict_is_visible 3757 16 26 fsst; pg_ts_parser_is_visible 3756 16 26 fsst;
pg_ts_template_is_visible 3768 16 26 fsst; pg_type_is_visible 2080 16 26 fsst; pg_typeof 1619 2206
2276 fssf; pg_visible_in_snapshot 5065 16 5069,5038 fist; pg_xact_commit_timestamp 3581 1184 28
fvst; pg_xact_commit_timestamp_origin 6168 2249 28 fvst xid,timestamp,roident 28,1184,26 ioo;
pg_xact_status 5066 25 5069 fvst; phraseto_tsquery 5001 3615 25 fsst; pi 1610 701 - fist;
plainto_tsquery 3751 3615 25 fsst; plpgsql_validator 13562 2278 26 fvutc; point 1440 600 701,701
fist; position 849 23 25,25 fist; position 1698 23 1560,1560 fist; position 2014 23 17,17 fist;
postgresql_fdw_validator 2316 16 1009,26 fist; pow 1346 701 701,701 fist; pow 1738 1700 1700,1700
fist; power 1368 701 701,701 fist; power 2169 1700 1700,1700 fist; query_to_xml 2924 142
25,16,16,25 fvut query,nulls,tableforest,targetns; query_to_xml_and_xmlschema 2930 142 25,16,16,25
fvut query,nulls,tableforest,targetns; query_to_xmlschema 2927 142 25,16,16,25 fvut
query,nulls,tableforest,targetns; querytree 3673 25 3615 fist; quote_ident 1282 25 25 fist;
quote_literal 1283 25 25 fist; quote_literal 1285 25 2283 fsstq; quote_nullable 1289 25 25 fisf;
quote_nullable 1290 25 2283 fssfq; radians 1609 701 701 fist; random 1598 701 - fvrt; range_agg
4301 4537 3831 aisf; range_agg 6227 4537 4537 aisf; range_intersect_agg 4389 4537 4537 aisf;
range_intersect_agg 4450 3831 3831 aisf; range_merge 4228 3831 4537 fist; rank 3101 20 - wisf;
rank 3986 20 2276 aisfv - 2276 v; regclass 1079 2205 25 fsst; regexp_count 6254 23 25,25 fist;
regexp_count 6255 23 25,25,23 fist; regexp_count 6256 23 25,25,23,25 fist; regexp_instr 6257 23
25,25 fist; regexp_instr 6258 23 25,25,23 fist; regexp_instr 6259 23 25,25,23,23 fist;
regexp_instr 6260 23 25,25,23,23,23 fist; regexp_instr 6261 23 25,25,23,23,23,25 fist;
regexp_instr 6262 23 25,25,23,23,23,25,23 fist; regexp_like 6263 16 25,25 fist; regexp_like 6264
16 25,25,25 fist; regexp_match 3396 1009 25,25 fist; regexp_match 3397 1009 25,25,25 fist;
regexp_matches 2763 1009 25,25 fists; regexp_matches 2764 1009 25,25,25 fists; regexp_replace 2284
25 25,25,25 fist; regexp_replace 2285 25 25,25,25,25 fist; regexp_replace 6251 25
25,25,25,23,23,25 fist; regexp_replace 6252 25 25,25,25,23,23 fist; regexp_replace 6253 25
25,25,25,23 fist; regexp_split_to_array 2767 1009 25,25 fist; regexp_split_to_array 2768 1009
25,25,25 fist; regexp_split_to_table 2765 25 25,25 fists; regexp_split_to_table 2766 25 25,25,25
fists; regexp_substr 6265 25 25,25 fist; regexp_substr 6266 25 25,25,23 fist; regexp_substr 6267
25 25,25,23,23 fist; regexp_substr 6268 25 25,25,23,23,25 fist; regexp_substr 6269 25
25,25,23,23,25,23 fist; regr_avgx 2822 701 701,701 aisf; regr_avgy 2823 701 701,701 aisf;
regr_count 2818 20 701,701 aisf; regr_intercept 2826 701 701,701 aisf; regr_r2 2824 701 701,701
aisf; regr_slope 2825 701 701,701 aisf; regr_sxx 2819 701 701,701 aisf; regr_sxy 2821 701 701,701
aisf; regr_syy 2820 701 701,701 aisf; repeat 1622 25 25,23 fist; replace 2087 25 25,25,25 fist;
reverse 3062 25 25 fist; right 3061 25 25,23 fist; round 1342 701 701 fist; round 1707 1700
1700,23 fist; round 1708 1700 1700 fistq; row_number 3100 20 - wisf; row_security_active 3298 16
26 fsst; row_security_active 3299 16 25 fsst; row_to_json 3155 114 2249 fsst; row_to_json 3156 114
2249,16 fsst; rpad 874 25 25,23,25 fist; rpad 880 25 25,23 fistq; rtrim 876 25 25,25 fist; rtrim
882 25 25 fist; rtrim 6196 17 17,17 fist; satisfies_hash_partition 5028 16 26,23,23,2276 fisfv;
scale 3281 23 1700 fist; schema_to_xml 2933 142 19,16,16,25 fsrt
schema,nulls,tableforest,targetns; schema_to_xml_and_xmlschema 2935 142 19,16,16,25 fsrt
schema,nulls,tableforest,targetns; schema_to_xmlschema 2934 142 19,16,16,25 fsrt
schema,nulls,tableforest,targetns; session_user 746 19 - fsst; set_bit 724 17 17,20,23 fist;
set_bit 3033 1560 1560,23,23 fist; set_byte 722 17 17,23,23 fist; set_config 2078 25 25,25,16
fvuf; set_masklen 605 869 869,23 fist; set_masklen 635 650 650,23 fist; setseed 1599 2278 701
fvrt; setval 1576 20 2205,20 fvut; setval 1765 20 2205,20,16 fvut; setweight 3320 3614
3614,18,1009 fist; setweight 3624 3614 3614,18 fist; sha224 3419 17 17 fist; sha256 3420 17 17
fist; sha384 3421 17 17 fist; sha512 3422 17 17 fist; shell_in 2398 2278 2275 fisf; shell_out 2399
2275 2278 fist; shobj_description 1993 25 26,19 fsstq; sign 1706 1700 1700 fist; sign 2310 701 701
fist; similar_escape 1623 25 25,25 fisf; similar_to_escape 1986 25 25,25 fist; similar_to_escape
1987 25 25 fist; sin 1604 701 701 fist; sind 2735 701 701 fist; sinh 2462 701 701 fist; slope 992
701 600,600 fist; split_part 2088 25 25,25,23 fist; sqrt 1344 701 701 fist; sqrt 1730 1700 1700
fist; statement_timestamp 2648 1184 - fsst; stddev 2154 1700 20 aisf; stddev 2155 1700 23 aisf;
stddev 2156 1700 21 aisf; stddev 2157 701 700 aisf; stddev 2158 701 701 aisf; stddev 2159 1700
1700 aisf; stddev_pop 2724 1700 20 aisf; stddev_pop 2725 1700 23 aisf; stddev_pop 2726 1700 21
aisf; stddev_pop 2727 701 700 aisf; stddev_pop 2728 701 701 aisf; stddev_pop 2729 1700 1700 aisf;
stddev_samp 2712 1700 20 aisf; stddev_samp 2713 1700 23 aisf; stddev_samp 2714 1700 21 aisf;
stddev_samp 2715 701 700 aisf; stddev_samp 2716 701 701 aisf; stddev_samp 2717 1700 1700 aisf;
string_agg 3538 25 25,25 aisf; string_agg 3545 17 17,17 aisf; string_to_array 376 1009 25,25,25
fisf; string_to_array 394 1009 25,25 fisf; string_to_table 6160 25 25,25 fisfs; string_to_table
6161 25 25,25,25 fisfs; strip 3623 3614 3614 fist; strpos 868 23 25,25 fist; substr 877 25
25,23,23 fist; substr 883 25 25,23 fist; substr 2085 17 17,23,23 fist; substr 2086 17 17,23 fist;
substring 936 25 25,23,23 fist; substring 937 25 25,23 fist; substring 1680 1560 1560,23,23 fist;
substring 1699 1560 1560,23 fist; substring 2012 17 17,23,23 fist; substring 2013 17 17,23 fist;
substring 2073 25 25,25 fist; substring 2074 25 25,25,25 fistq; sum 2107 1700 20 aisf; sum 2108 20
23 aisf; sum 2109 20 21 aisf; sum 2110 700 700 aisf; sum 2111 701 701 aisf; sum 2112 790 790 aisf;
sum 2113 1186 1186 aisf; sum 2114 1700 1700 aisf; table_to_xml 2923 142 2205,16,16,25 fsrt
tbl,nulls,tableforest,targetns; table_to_xml_and_xmlschema 2929 142 2205,16,16,25 fsrt
tbl,nulls,tableforest,targetns; table_to_xmlschema 2926 142 2205,16,16,25 fsrt
tbl,nulls,tableforest,targetns; tan 1606 701 701 fist; tand 2737 701 701 fist; tanh 2464 701 701
fist; text 401 25 1042 fist; text 406 25 19 fist; text 730 25 869 fist; text 946 25 18 fist; text
2922 25 142 fist; text 2971 25 16 fist; textcat 1258 25 25,25 fist; texticlike 1633 16 25,25 fist;
texticnlike 1634 16 25,25 fist; textlen 1257 23 25 fist; textlike 850 16 25,25 fist; textnlike 851
16 25,25 fist; time 1316 1083 1114 fist; time 1419 1083 1186 fist; time 1968 1083 1083,23 fist;
time 2019 1083 1184 fsst; time 2046 1083 1266 fist; timeofday 274 25 - fvst; timestamp 1961 1114
1114,23 fist; timestamp 2024 1114 1082 fist; timestamp 2025 1114 1082,1083 fist; timestamp 2027
1114 1184 fsst; timestamptz 1174 1184 1082 fsst; timestamptz 1176 1184 1082,1083 fsstq;
timestamptz 1359 1184 1082,1266 fist; timestamptz 1967 1184 1184,23 fist; timestamptz 2028 1184
1114 fsst; timetz 1388 1266 1184 fsst; timetz 1969 1266 1266,23 fist; timetz 2047 1266 1083 fsst;
timezone 1026 1114 1186,1184 fist; timezone 1159 1114 25,1184 fist; timezone 2037 1266 25,1266
fsst; timezone 2038 1266 1186,1266 fist; timezone 2069 1184 25,1114 fist; timezone 2070 1184
1186,1114 fist; to_ascii 1845 25 25 fist; to_ascii 1846 25 25,23 fist; to_ascii 1847 25 25,19
fist; to_char 1768 25 1186,25 fsst; to_char 1770 25 1184,25 fsst; to_char 1772 25 1700,25 fsst;
to_char 1773 25 23,25 fsst; to_char 1774 25 20,25 fsst; to_char 1775 25 700,25 fsst; to_char 1776
25 701,25 fsst; to_char 2049 25 1114,25 fsst; to_date 1780 1082 25,25 fsst; to_hex 2089 25 23
fist; to_hex 2090 25 20 fist; to_json 3176 114 2283 fsst; to_jsonb 3787 3802 2283 fsst; to_number
1777 1700 25,25 fsst; to_regclass 3495 2205 25 fsst; to_regcollation 4195 4191 25 fsst;
to_regnamespace 4086 4089 25 fsst; to_regoper 3492 2203 25 fsst; to_regoperator 3476 2204 25 fsst;
to_regproc 3494 24 25 fsst; to_regprocedure 3479 2202 25 fsst; to_regrole 4093 4096 25 fsst;
to_regtype 3493 2206 25 fsst; to_timestamp 1158 1184 701 fist; to_timestamp 1778 1184 25,25 fsst;
to_tsquery 3750 3615 25 fsst; to_tsvector 3749 3614 25 fsst; to_tsvector 4209 3614 3802 fsst;
to_tsvector 4210 3614 114 fsst; transaction_timestamp 2647 1184 - fsst; translate 878 25 25,25,25
fist; trim_array 6172 2277 2277,23 fist; trim_scale 5043 1700 1700 fist; trunc 753 829 829 fist;
trunc 1343 701 701 fist; trunc 1709 1700 1700,23 fist; trunc 1710 1700 1700 fistq; tsmultirange
4286 4533 - fist; tsmultirange 4287 4533 3908 fist; tsmultirange 4288 4533 3909 fistv - 3909 v;
tsquery_phrase 5004 3615 3615,3615,23 fist; tsrange 3933 3908 1114,1114 fisf; tsrange 3934 3908
1114,1114,25 fisf; tsrange_subdiff 3929 701 1114,1114 fist; tstzmultirange 4289 4534 - fist;
tstzmultirange 4290 4534 3910 fist; tstzmultirange 4291 4534 3911 fistv - 3911 v; tstzrange 3937
3910 1184,1184 fisf; tstzrange 3938 3910 1184,1184,25 fisf; tstzrange_subdiff 3930 701 1184,1184
fist; tsvector_to_array 3326 1009 3614 fist; txid_current 2943 20 - fsut; txid_current_if_assigned
3348 20 - fsut; txid_current_snapshot 2944 2970 - fsst; txid_snapshot_xip 2947 20 2970 fists;
txid_snapshot_xmax 2946 20 2970 fist; txid_snapshot_xmin 2945 20 2970 fist; txid_status 3360 25 20
fvst; txid_visible_in_snapshot 2948 16 20,2970 fist; unistr 6198 25 25 fist; unnest 1293 3831 4537
fists; unnest 2331 2283 2277 fists; unnest 3322 2249 3614 fists tsvector,lexeme,positions,weights
3614,25,1005,1009 iooo; upper 871 25 25 fist; upper 3849 2283 3831 fist; upper 4236 2283 4537
fist; upper_inc 3852 16 3831 fist; upper_inc 4239 16 4537 fist; upper_inf 3854 16 3831 fist;
upper_inf 4241 16 4537 fist; var_pop 2718 1700 20 aisf; var_pop 2719 1700 23 aisf; var_pop 2720
1700 21 aisf; var_pop 2721 701 700 aisf; var_pop 2722 701 701 aisf; var_pop 2723 1700 1700 aisf;
var_samp 2641 1700 20 aisf; var_samp 2642 1700 23 aisf; var_samp 2643 1700 21 aisf; var_samp 2644
701 700 aisf; var_samp 2645 701 701 aisf; var_samp 2646 1700 1700 aisf; varbit 1687 1562
1562,23,16 fist; varchar 669 1043 1043,23,16 fist; varchar 1401 1043 19 fist; variance 2148 1700
20 aisf; variance 2149 1700 23 aisf; variance 2150 1700 21 aisf; variance 2151 701 700 aisf;
variance 2152 701 701 aisf; variance 2153 1700 1700 aisf; version 89 25 - fsst;
websearch_to_tsquery 5009 3615 25 fsst; width_bucket 320 23 701,701,701,23 fist; width_bucket 2170
23 1700,1700,1700,23 fist; width_bucket 3218 23 5077,5078 fist; xid 5071 28 5069 fist; xml 2896
142 25 fsst; xml_is_well_formed 3051 16 25 fsst; xml_is_well_formed_content 3053 16 25 fist;
xml_is_well_formed_document 3052 16 25 fist; xmlagg 2901 142 142 aisf; xmlcomment 2895 142 25
fist; xmlexists 2614 16 25,142 fist; xmlvalidate 2897 16 142,25 fist; xpath 2931 143 25,142,1009
fist; xpath 2932 143 25,142 fistq; xpath_exists 3049 16 25,142,1009 fist; xpath_exists 3050 16
25,142 fistq;
`;
