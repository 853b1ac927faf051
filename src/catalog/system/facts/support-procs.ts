/**
 * Functions that other catalogs name, in the form of procFacts.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const supportProcFacts = `
aclcontains 1037 16 1034,1033 fist; aclinsert 1035 1034 1034,1033 fist; aclitemeq 1062 16
1033,1033 fist; aclitemin 1031 1033 2275 fsst; aclitemout 1032 2275 1033 fsst; aclremove 1036 1034
1034,1033 fist; any_in 2294 2276 2275 fist; any_out 2295 2275 2276 fist; anyarray_in 2296 2277
2275 fist; anyarray_out 2297 2275 2277 fsst; anyarray_recv 2502 2277 2281 fsst; anyarray_send 2503
17 2277 fsst; anycompatible_in 5086 5077 2275 fist; anycompatible_out 5087 2275 5077 fist;
anycompatiblearray_in 5088 5078 2275 fist; anycompatiblearray_out 5089 2275 5078 fsst;
anycompatiblearray_recv 5090 5078 2281 fsst; anycompatiblearray_send 5091 17 5078 fsst;
anycompatiblemultirange_in 4226 4538 2275,26,23 fsst; anycompatiblemultirange_out 4227 2275 4538
fsst; anycompatiblenonarray_in 5092 5079 2275 fist; anycompatiblenonarray_out 5093 2275 5079 fist;
anycompatiblerange_in 5094 5080 2275,26,23 fsst; anycompatiblerange_out 5095 2275 5080 fsst;
anyelement_in 2312 2283 2275 fist; anyelement_out 2313 2275 2283 fist; anyenum_in 3504 3500 2275
fist; anyenum_out 3505 2275 3500 fsst; anymultirange_in 4229 4537 2275,26,23 fsst;
anymultirange_out 4230 2275 4537 fsst; anynonarray_in 2777 2776 2275 fist; anynonarray_out 2778
2275 2776 fist; anyrange_in 3832 3831 2275,26,23 fsst; anyrange_out 3833 2275 3831 fsst;
array_append 378 5078 5078,5077 fisf; array_cat 383 5078 5078,5078 fisf; array_eq 744 16 2277,2277
fist; array_ge 396 16 2277,2277 fist; array_gt 392 16 2277,2277 fist; array_in 750 2277 2275,26,23
fsst; array_le 393 16 2277,2277 fist; array_lt 391 16 2277,2277 fist; array_ne 390 16 2277,2277
fist; array_out 751 2275 2277 fsst; array_prepend 379 5078 5077,5078 fisf; array_recv 2400 2277
2281,26,23 fsst; array_send 2401 17 2277 fsst; array_subscript_handler 6179 2281 2281 fist;
array_typanalyze 3816 16 2281 fsst; arraycontained 2749 16 2277,2277 fist; arraycontains 2748 16
2277,2277 fist; arrayoverlap 2747 16 2277,2277 fist; bit_in 1564 1560 2275,26,23 fist; bit_out
1565 2275 1560 fist; bit_recv 2456 1560 2281,26,23 fist; bit_send 2457 17 1560 fist; bitand 1673
1560 1560,1560 fist; bitcat 1679 1562 1562,1562 fist; biteq 1581 16 1560,1560 fist; bitge 1592 16
1560,1560 fist; bitgt 1593 16 1560,1560 fist; bitle 1594 16 1560,1560 fist; bitlt 1595 16
1560,1560 fist; bitne 1582 16 1560,1560 fist; bitnot 1676 1560 1560 fist; bitor 1674 1560
1560,1560 fist; bitshiftleft 1677 1560 1560,23 fist; bitshiftright 1678 1560 1560,23 fist;
bittypmodin 2919 23 1263 fist; bittypmodout 2920 2275 23 fist; bitxor 1675 1560 1560,1560 fist;
booleq 60 16 16,16 fist; boolge 1692 16 16,16 fist; boolgt 57 16 16,16 fist; boolin 1242 16 2275
fist; boolle 1691 16 16,16 fist; boollt 56 16 16,16 fist; boolne 84 16 16,16 fist; boolout 1243
2275 16 fist; boolrecv 2436 16 2281 fist; boolsend 2437 17 16 fist; box 1446 603 604 fist; box
1480 603 718 fist; box 4091 603 600 fist; box_in 123 603 2275 fist; box_out 124 2275 603 fist;
box_recv 2484 603 2281 fist; box_send 2485 17 603 fist; bpchar_pattern_ge 2177 16 1042,1042 fist;
bpchar_pattern_gt 2178 16 1042,1042 fist; bpchar_pattern_le 2175 16 1042,1042 fist;
bpchar_pattern_lt 2174 16 1042,1042 fist; bpchareq 1048 16 1042,1042 fist; bpcharge 1052 16
1042,1042 fist; bpchargt 1051 16 1042,1042 fist; bpcharicregexeq 1656 16 1042,25 fist;
bpcharicregexne 1657 16 1042,25 fist; bpcharin 1044 1042 2275,26,23 fist; bpcharle 1050 16
1042,1042 fist; bpcharlt 1049 16 1042,1042 fist; bpcharne 1053 16 1042,1042 fist; bpcharout 1045
2275 1042 fist; bpcharrecv 2430 1042 2281,26,23 fsst; bpcharregexeq 1658 16 1042,25 fist;
bpcharregexne 1659 16 1042,25 fist; bpcharsend 2431 17 1042 fsst; bpchartypmodin 2913 23 1263
fist; bpchartypmodout 2914 2275 23 fist; brin_bloom_summary_in 4596 4600 2275 fist;
brin_bloom_summary_out 4597 2275 4600 fist; brin_bloom_summary_recv 4598 4600 2281 fsst;
brin_bloom_summary_send 4599 17 4600 fsst; brin_minmax_multi_summary_in 4638 4601 2275 fist;
brin_minmax_multi_summary_out 4639 2275 4601 fist; brin_minmax_multi_summary_recv 4640 4601 2281
fsst; brin_minmax_multi_summary_send 4641 17 4601 fsst; brinhandler 335 325 2281 fvst; bthandler
330 325 2281 fvst; byteacat 2011 17 17,17 fist; byteaeq 1948 16 17,17 fist; byteage 1952 16 17,17
fist; byteagt 1951 16 17,17 fist; byteain 1244 17 2275 fist; byteale 1950 16 17,17 fist; bytealt
1949 16 17,17 fist; byteane 1953 16 17,17 fist; byteaout 31 2275 17 fist; bytearecv 2412 17 2281
fist; byteasend 2413 17 17 fist; cash_div_cash 3822 701 790,790 fist; cash_div_flt4 847 790
790,700 fist; cash_div_flt8 897 790 790,701 fist; cash_div_int2 867 790 790,21 fist; cash_div_int4
865 790 790,23 fist; cash_div_int8 3345 790 790,20 fist; cash_eq 888 16 790,790 fist; cash_ge 893
16 790,790 fist; cash_gt 892 16 790,790 fist; cash_in 886 790 2275 fsst; cash_le 891 16 790,790
fist; cash_lt 890 16 790,790 fist; cash_mi 895 790 790,790 fist; cash_mul_flt4 846 790 790,700
fist; cash_mul_flt8 896 790 790,701 fist; cash_mul_int2 866 790 790,21 fist; cash_mul_int4 864 790
790,23 fist; cash_mul_int8 3344 790 790,20 fist; cash_ne 889 16 790,790 fist; cash_out 887 2275
790 fsst; cash_pl 894 790 790,790 fist; cash_recv 2492 790 2281 fist; cash_send 2493 17 790 fist;
chareq 61 16 18,18 fist; charge 74 16 18,18 fist; chargt 73 16 18,18 fist; charin 1245 18 2275
fist; charle 72 16 18,18 fist; charlt 1246 16 18,18 fist; charne 70 16 18,18 fist; charout 33 2275
18 fist; charrecv 2434 18 2281 fist; charsend 2435 17 18 fist; cideq 69 16 29,29 fist; cidin 52 29
2275 fist; cidout 53 2275 29 fist; cidr_in 1267 650 2275 fist; cidr_out 1427 2275 650 fist;
cidr_recv 2498 650 2281 fist; cidr_send 2499 17 650 fist; cidrecv 2442 29 2281 fist; cidsend 2443
17 29 fist; circle 1474 718 604 fist; circle 1479 718 603 fist; circle_in 1450 718 2275 fist;
circle_out 1451 2275 718 fist; circle_recv 2490 718 2281 fist; circle_send 2491 17 718 fist;
cstring_in 2292 2275 2275 fist; cstring_out 2293 2275 2275 fist; cstring_recv 2500 2275 2281 fsst;
cstring_send 2501 17 2275 fsst; date_eq 1086 16 1082,1082 fist; date_eq_timestamp 2340 16
1082,1114 fist; date_eq_timestamptz 2353 16 1082,1184 fsst; date_ge 1090 16 1082,1082 fist;
date_ge_timestamp 2342 16 1082,1114 fist; date_ge_timestamptz 2355 16 1082,1184 fsst; date_gt 1089
16 1082,1082 fist; date_gt_timestamp 2341 16 1082,1114 fist; date_gt_timestamptz 2354 16 1082,1184
fsst; date_in 1084 1082 2275 fsst; date_le 1088 16 1082,1082 fist; date_le_timestamp 2339 16
1082,1114 fist; date_le_timestamptz 2352 16 1082,1184 fsst; date_lt 1087 16 1082,1082 fist;
date_lt_timestamp 2338 16 1082,1114 fist; date_lt_timestamptz 2351 16 1082,1184 fsst; date_mi 1140
23 1082,1082 fist; date_mi_interval 2072 1114 1082,1186 fist; date_mii 1142 1082 1082,23 fist;
date_ne 1091 16 1082,1082 fist; date_ne_timestamp 2343 16 1082,1114 fist; date_ne_timestamptz 2356
16 1082,1184 fsst; date_out 1085 2275 1082 fsst; date_pl_interval 2071 1114 1082,1186 fist;
date_pli 1141 1082 1082,23 fist; date_recv 2468 1082 2281 fist; date_send 2469 17 1082 fist;
datetime_pl 1272 1114 1082,1083 fist; datetimetz_pl 1297 1184 1082,1266 fist; dcbrt 231 701 701
fist; domain_in 2597 2276 2275,26,23 fssf; domain_recv 2598 2276 2281,26,23 fssf; dpow 232 701
701,701 fist; dsqrt 230 701 701 fist; elem_contained_by_multirange 4252 16 2283,4537 fist;
elem_contained_by_range 3860 16 2283,3831 fist; enum_eq 3508 16 3500,3500 fist; enum_ge 3513 16
3500,3500 fist; enum_gt 3511 16 3500,3500 fist; enum_in 3506 3500 2275,26 fsst; enum_le 3512 16
3500,3500 fist; enum_lt 3510 16 3500,3500 fist; enum_ne 3509 16 3500,3500 fist; enum_out 3507 2275
3500 fsst; enum_recv 3532 3500 2281,26 fsst; enum_send 3533 17 3500 fsst; event_trigger_in 3594
3838 2275 fisf; event_trigger_out 3595 2275 3838 fist; fdw_handler_in 3116 3115 2275 fisf;
fdw_handler_out 3117 2275 3115 fist; float48div 280 701 700,701 fist; float48eq 299 16 700,701
fist; float48ge 304 16 700,701 fist; float48gt 303 16 700,701 fist; float48le 302 16 700,701 fist;
float48lt 301 16 700,701 fist; float48mi 282 701 700,701 fist; float48mul 279 701 700,701 fist;
float48ne 300 16 700,701 fist; float48pl 281 701 700,701 fist; float4abs 207 700 700 fist;
float4div 203 700 700,700 fist; float4eq 287 16 700,700 fist; float4ge 292 16 700,700 fist;
float4gt 291 16 700,700 fist; float4in 200 700 2275 fist; float4le 290 16 700,700 fist; float4lt
289 16 700,700 fist; float4mi 205 700 700,700 fist; float4mul 202 700 700,700 fist; float4ne 288
16 700,700 fist; float4out 201 2275 700 fist; float4pl 204 700 700,700 fist; float4recv 2424 700
2281 fist; float4send 2425 17 700 fist; float4um 206 700 700 fist; float4up 1913 700 700 fist;
float84div 284 701 701,700 fist; float84eq 305 16 701,700 fist; float84ge 310 16 701,700 fist;
float84gt 309 16 701,700 fist; float84le 308 16 701,700 fist; float84lt 307 16 701,700 fist;
float84mi 286 701 701,700 fist; float84mul 283 701 701,700 fist; float84ne 306 16 701,700 fist;
float84pl 285 701 701,700 fist; float8abs 221 701 701 fist; float8div 217 701 701,701 fist;
float8eq 293 16 701,701 fist; float8ge 298 16 701,701 fist; float8gt 297 16 701,701 fist; float8in
214 701 2275 fist; float8le 296 16 701,701 fist; float8lt 295 16 701,701 fist; float8mi 219 701
701,701 fist; float8mul 216 701 701,701 fist; float8ne 294 16 701,701 fist; float8out 215 2275 701
fist; float8pl 218 701 701,701 fist; float8recv 2426 701 2281 fist; float8send 2427 17 701 fist;
float8um 220 701 701 fist; float8up 1914 701 701 fist; flt4_mul_cash 848 790 700,790 fist;
flt8_mul_cash 919 790 701,790 fist; ginhandler 333 325 2281 fvst; gisthandler 332 325 2281 fvst;
gtsvectorin 3646 3642 2275 fist; gtsvectorout 3647 2275 3642 fist; hashhandler 331 325 2281 fvst;
heap_tableam_handler 3 269 2281 fvst; index_am_handler_in 326 325 2275 fisf; index_am_handler_out
327 2275 325 fist; inet_in 910 869 2275 fist; inet_out 911 2275 869 fist; inet_recv 2496 869 2281
fist; inet_send 2497 17 869 fist; inetand 2628 869 869,869 fist; inetmi 2633 20 869,869 fist;
inetmi_int8 2632 869 869,20 fist; inetnot 2627 869 869 fist; inetor 2629 869 869,869 fist; inetpl
2630 869 869,20 fist; int24div 172 23 21,23 fist; int24eq 158 16 21,23 fist; int24ge 168 16 21,23
fist; int24gt 162 16 21,23 fist; int24le 166 16 21,23 fist; int24lt 160 16 21,23 fist; int24mi 182
23 21,23 fist; int24mul 170 23 21,23 fist; int24ne 164 16 21,23 fist; int24pl 178 23 21,23 fist;
int28div 948 20 21,20 fist; int28eq 1850 16 21,20 fist; int28ge 1855 16 21,20 fist; int28gt 1853
16 21,20 fist; int28le 1854 16 21,20 fist; int28lt 1852 16 21,20 fist; int28mi 942 20 21,20 fist;
int28mul 943 20 21,20 fist; int28ne 1851 16 21,20 fist; int28pl 841 20 21,20 fist; int2_mul_cash
863 790 21,790 fist; int2abs 1253 21 21 fist; int2and 1892 21 21,21 fist; int2div 153 21 21,21
fist; int2eq 63 16 21,21 fist; int2ge 151 16 21,21 fist; int2gt 146 16 21,21 fist; int2in 38 21
2275 fist; int2le 148 16 21,21 fist; int2lt 64 16 21,21 fist; int2mi 180 21 21,21 fist; int2mod
155 21 21,21 fist; int2mul 152 21 21,21 fist; int2ne 145 16 21,21 fist; int2not 1895 21 21 fist;
int2or 1893 21 21,21 fist; int2out 39 2275 21 fist; int2pl 176 21 21,21 fist; int2recv 2404 21
2281 fist; int2send 2405 17 21 fist; int2shl 1896 21 21,23 fist; int2shr 1897 21 21,23 fist;
int2um 213 21 21 fist; int2up 1911 21 21 fist; int2vectorin 40 22 2275 fist; int2vectorout 41 2275
22 fist; int2vectorrecv 2410 22 2281 fist; int2vectorsend 2411 17 22 fist; int2xor 1894 21 21,21
fist; int42div 173 23 23,21 fist; int42eq 159 16 23,21 fist; int42ge 169 16 23,21 fist; int42gt
163 16 23,21 fist; int42le 167 16 23,21 fist; int42lt 161 16 23,21 fist; int42mi 183 23 23,21
fist; int42mul 171 23 23,21 fist; int42ne 165 16 23,21 fist; int42pl 179 23 23,21 fist; int48div
1281 20 23,20 fist; int48eq 852 16 23,20 fist; int48ge 857 16 23,20 fist; int48gt 855 16 23,20
fist; int48le 856 16 23,20 fist; int48lt 854 16 23,20 fist; int48mi 1279 20 23,20 fist; int48mul
1280 20 23,20 fist; int48ne 853 16 23,20 fist; int48pl 1278 20 23,20 fist; int4_mul_cash 862 790
23,790 fist; int4abs 1251 23 23 fist; int4and 1898 23 23,23 fist; int4div 154 23 23,23 fist;
int4eq 65 16 23,23 fist; int4ge 150 16 23,23 fist; int4gt 147 16 23,23 fist; int4in 42 23 2275
fist; int4le 149 16 23,23 fist; int4lt 66 16 23,23 fist; int4mi 181 23 23,23 fist; int4mod 156 23
23,23 fist; int4mul 141 23 23,23 fist; int4ne 144 16 23,23 fist; int4not 1901 23 23 fist; int4or
1899 23 23,23 fist; int4out 43 2275 23 fist; int4pl 177 23 23,23 fist; int4recv 2406 23 2281 fist;
int4send 2407 17 23 fist; int4shl 1902 23 23,23 fist; int4shr 1903 23 23,23 fist; int4um 212 23 23
fist; int4up 1912 23 23 fist; int4xor 1900 23 23,23 fist; int82div 840 20 20,21 fist; int82eq 1856
16 20,21 fist; int82ge 1861 16 20,21 fist; int82gt 1859 16 20,21 fist; int82le 1860 16 20,21 fist;
int82lt 1858 16 20,21 fist; int82mi 838 20 20,21 fist; int82mul 839 20 20,21 fist; int82ne 1857 16
20,21 fist; int82pl 837 20 20,21 fist; int84div 1277 20 20,23 fist; int84eq 474 16 20,23 fist;
int84ge 479 16 20,23 fist; int84gt 477 16 20,23 fist; int84le 478 16 20,23 fist; int84lt 476 16
20,23 fist; int84mi 1275 20 20,23 fist; int84mul 1276 20 20,23 fist; int84ne 475 16 20,23 fist;
int84pl 1274 20 20,23 fist; int8_mul_cash 3399 790 20,790 fist; int8abs 1230 20 20 fist; int8and
1904 20 20,20 fist; int8div 466 20 20,20 fist; int8eq 467 16 20,20 fist; int8ge 472 16 20,20 fist;
int8gt 470 16 20,20 fist; int8in 460 20 2275 fist; int8le 471 16 20,20 fist; int8lt 469 16 20,20
fist; int8mi 464 20 20,20 fist; int8mod 945 20 20,20 fist; int8mul 465 20 20,20 fist; int8ne 468
16 20,20 fist; int8not 1907 20 20 fist; int8or 1905 20 20,20 fist; int8out 461 2275 20 fist;
int8pl 463 20 20,20 fist; int8pl_inet 2631 869 20,869 fistq; int8recv 2408 20 2281 fist; int8send
2409 17 20 fist; int8shl 1908 20 20,23 fist; int8shr 1909 20 20,23 fist; int8um 462 20 20 fist;
int8up 1910 20 20 fist; int8xor 1906 20 20,20 fist; integer_pl_date 2550 1082 23,1082 fistq;
internal_in 2304 2281 2275 fisf; internal_out 2305 2275 2281 fist; interval_div 1326 1186 1186,701
fist; interval_eq 1162 16 1186,1186 fist; interval_ge 1166 16 1186,1186 fist; interval_gt 1167 16
1186,1186 fist; interval_in 1160 1186 2275,26,23 fsst; interval_le 1165 16 1186,1186 fist;
interval_lt 1164 16 1186,1186 fist; interval_mi 1170 1186 1186,1186 fist; interval_mul 1618 1186
1186,701 fist; interval_ne 1163 16 1186,1186 fist; interval_out 1161 2275 1186 fsst; interval_pl
1169 1186 1186,1186 fist; interval_pl_date 2546 1114 1186,1082 fistq; interval_pl_time 1848 1083
1186,1083 fistq; interval_pl_timestamp 2548 1114 1186,1114 fistq; interval_pl_timestamptz 2549
1184 1186,1184 fsstq; interval_pl_timetz 2547 1266 1186,1266 fistq; interval_recv 2478 1186
2281,26,23 fist; interval_send 2479 17 1186 fist; interval_um 1168 1186 1186 fist;
intervaltypmodin 2903 23 1263 fist; intervaltypmodout 2904 2275 23 fist; json_array_element 3949
114 114,23 fist from_json,element_index; json_array_element_text 3950 25 114,23 fist
from_json,element_index; json_extract_path 3951 114 114,1009 fistv from_json,path_elems 114,1009
iv; json_extract_path_text 3953 25 114,1009 fistv from_json,path_elems 114,1009 iv; json_in 321
114 2275 fist; json_object_field 3947 114 114,25 fist from_json,field_name; json_object_field_text
3948 25 114,25 fist from_json,field_name; json_out 322 2275 114 fist; json_recv 323 114 2281 fist;
json_send 324 17 114 fist; jsonb_array_element 3215 3802 3802,23 fist from_json,element_index;
jsonb_array_element_text 3216 25 3802,23 fist from_json,element_index; jsonb_concat 3301 3802
3802,3802 fist; jsonb_contained 4050 16 3802,3802 fist; jsonb_contains 4046 16 3802,3802 fist;
jsonb_delete 3302 3802 3802,25 fist; jsonb_delete 3303 3802 3802,23 fist; jsonb_delete 3343 3802
3802,1009 fistv from_json,path_elems 3802,1009 iv; jsonb_delete_path 3304 3802 3802,1009 fist;
jsonb_eq 4043 16 3802,3802 fist; jsonb_exists 4047 16 3802,25 fist; jsonb_exists_all 4049 16
3802,1009 fist; jsonb_exists_any 4048 16 3802,1009 fist; jsonb_extract_path 3217 3802 3802,1009
fistv from_json,path_elems 3802,1009 iv; jsonb_extract_path_text 3940 25 3802,1009 fistv
from_json,path_elems 3802,1009 iv; jsonb_ge 4042 16 3802,3802 fist; jsonb_gt 4040 16 3802,3802
fist; jsonb_in 3806 3802 2275 fist; jsonb_le 4041 16 3802,3802 fist; jsonb_lt 4039 16 3802,3802
fist; jsonb_ne 4038 16 3802,3802 fist; jsonb_object_field 3478 3802 3802,25 fist
from_json,field_name; jsonb_object_field_text 3214 25 3802,25 fist from_json,field_name; jsonb_out
3804 2275 3802 fist; jsonb_path_exists_opr 4010 16 3802,4072 fist; jsonb_path_match_opr 4011 16
3802,4072 fist; jsonb_recv 3805 3802 2281 fist; jsonb_send 3803 17 3802 fist;
jsonb_subscript_handler 6098 2281 2281 fist; jsonpath_in 4001 4072 2275 fist; jsonpath_out 4003
2275 4072 fist; jsonpath_recv 4002 4072 2281 fist; jsonpath_send 4004 17 4072 fist;
language_handler_in 2302 2280 2275 fisf; language_handler_out 2303 2275 2280 fist; line_in 1490
628 2275 fist; line_out 1491 2275 628 fist; line_recv 2488 628 2281 fist; line_send 2489 17 628
fist; lseg 1541 601 603 fist; lseg_in 119 601 2275 fist; lseg_out 120 2275 601 fist; lseg_recv
2480 601 2281 fist; lseg_send 2481 17 601 fist; macaddr 4124 829 774 fist; macaddr8 4123 774 829
fist; macaddr8_in 4110 774 2275 fist; macaddr8_out 4111 2275 774 fist; macaddr8_recv 3446 774 2281
fist; macaddr8_send 3447 17 774 fist; macaddr_and 3145 829 829,829 fist; macaddr_eq 830 16 829,829
fist; macaddr_ge 834 16 829,829 fist; macaddr_gt 833 16 829,829 fist; macaddr_in 436 829 2275
fist; macaddr_le 832 16 829,829 fist; macaddr_lt 831 16 829,829 fist; macaddr_ne 835 16 829,829
fist; macaddr_not 3144 829 829 fist; macaddr_or 3146 829 829,829 fist; macaddr_out 437 2275 829
fist; macaddr_recv 2494 829 2281 fist; macaddr_send 2495 17 829 fist; mul_d_interval 1624 1186
701,1186 fist; multirange_adjacent_multirange 4256 16 4537,4537 fist; multirange_adjacent_range
4257 16 4537,3831 fist; multirange_after_multirange 4263 16 4537,4537 fist; multirange_after_range
4262 16 4537,3831 fist; multirange_before_multirange 4260 16 4537,4537 fist;
multirange_before_range 4259 16 4537,3831 fist; multirange_contained_by_multirange 4254 16
4537,4537 fist; multirange_contained_by_range 4542 16 4537,3831 fist; multirange_contains_elem
4249 16 4537,2283 fist; multirange_contains_multirange 4251 16 4537,4537 fist;
multirange_contains_range 4250 16 4537,3831 fist; multirange_eq 4244 16 4537,4537 fist;
multirange_ge 4276 16 4537,4537 fist; multirange_gt 4277 16 4537,4537 fist; multirange_in 4231
4537 2275,26,23 fsst; multirange_intersect 4272 4537 4537,4537 fist; multirange_le 4275 16
4537,4537 fist; multirange_lt 4274 16 4537,4537 fist; multirange_minus 4271 4537 4537,4537 fist;
multirange_ne 4245 16 4537,4537 fist; multirange_out 4232 2275 4537 fsst;
multirange_overlaps_multirange 4248 16 4537,4537 fist; multirange_overlaps_range 4247 16 4537,3831
fist; multirange_overleft_multirange 4266 16 4537,4537 fist; multirange_overleft_range 4265 16
4537,3831 fist; multirange_overright_multirange 4269 16 4537,4537 fist; multirange_overright_range
4268 16 4537,3831 fist; multirange_recv 4233 4537 2281,26,23 fsst; multirange_send 4234 17 4537
fsst; multirange_typanalyze 4242 16 2281 fsst; multirange_union 4270 4537 4537,4537 fist; nameeq
62 16 19,19 fist; nameeqtext 240 16 19,25 fist; namege 658 16 19,19 fist; namegetext 243 16 19,25
fist; namegt 657 16 19,19 fist; namegttext 244 16 19,25 fist; nameicregexeq 1240 16 19,25 fist;
nameicregexne 1241 16 19,25 fist; namein 34 19 2275 fist; namele 656 16 19,19 fist; nameletext 242
16 19,25 fist; namelt 655 16 19,19 fist; namelttext 241 16 19,25 fist; namene 659 16 19,19 fist;
namenetext 245 16 19,25 fist; nameout 35 2275 19 fist; namerecv 2422 19 2281 fsst; nameregexeq 79
16 19,25 fist; nameregexne 1252 16 19,25 fist; namesend 2423 17 19 fsst; network_eq 920 16 869,869
fist; network_ge 924 16 869,869 fist; network_gt 923 16 869,869 fist; network_le 922 16 869,869
fist; network_lt 921 16 869,869 fist; network_ne 925 16 869,869 fist; network_overlap 3551 16
869,869 fist; network_sub 927 16 869,869 fist; network_subeq 928 16 869,869 fist; network_sup 929
16 869,869 fist; network_supeq 930 16 869,869 fist; numeric_abs 1704 1700 1700 fist; numeric_add
1724 1700 1700,1700 fist; numeric_div 1727 1700 1700,1700 fist; numeric_eq 1718 16 1700,1700 fist;
numeric_ge 1721 16 1700,1700 fist; numeric_gt 1720 16 1700,1700 fist; numeric_in 1701 1700
2275,26,23 fist; numeric_le 1723 16 1700,1700 fist; numeric_lt 1722 16 1700,1700 fist; numeric_mod
1729 1700 1700,1700 fist; numeric_mul 1726 1700 1700,1700 fist; numeric_ne 1719 16 1700,1700 fist;
numeric_out 1702 2275 1700 fist; numeric_pl_pg_lsn 5023 3220 1700,3220 fistq; numeric_power 1739
1700 1700,1700 fist; numeric_recv 2460 1700 2281,26,23 fist; numeric_send 2461 17 1700 fist;
numeric_sub 1725 1700 1700,1700 fist; numeric_uminus 1771 1700 1700 fist; numeric_uplus 1915 1700
1700 fist; numerictypmodin 2917 23 1263 fist; numerictypmodout 2918 2275 23 fist; oideq 184 16
26,26 fist; oidge 1639 16 26,26 fist; oidgt 1638 16 26,26 fist; oidin 1798 26 2275 fist; oidle 717
16 26,26 fist; oidlt 716 16 26,26 fist; oidne 185 16 26,26 fist; oidout 1799 2275 26 fist; oidrecv
2418 26 2281 fist; oidsend 2419 17 26 fist; oidvectoreq 679 16 30,30 fist; oidvectorge 680 16
30,30 fist; oidvectorgt 681 16 30,30 fist; oidvectorin 54 30 2275 fist; oidvectorle 678 16 30,30
fist; oidvectorlt 677 16 30,30 fist; oidvectorne 619 16 30,30 fist; oidvectorout 55 2275 30 fist;
oidvectorrecv 2420 30 2281 fist; oidvectorsend 2421 17 30 fist; path 1447 602 604 fist; path_in
121 602 2275 fist; path_out 122 2275 602 fist; path_recv 2482 602 2281 fist; path_send 2483 17 602
fist; pg_ddl_command_in 86 32 2275 fist; pg_ddl_command_out 87 2275 32 fist; pg_ddl_command_recv
88 32 2281 fist; pg_ddl_command_send 90 17 32 fist; pg_dependencies_in 3404 3402 2275 fist;
pg_dependencies_out 3405 2275 3402 fist; pg_dependencies_recv 3406 3402 2281 fsst;
pg_dependencies_send 3407 17 3402 fsst; pg_lsn_eq 3233 16 3220,3220 fist; pg_lsn_ge 3234 16
3220,3220 fist; pg_lsn_gt 3235 16 3220,3220 fist; pg_lsn_in 3229 3220 2275 fist; pg_lsn_le 3232 16
3220,3220 fist; pg_lsn_lt 3231 16 3220,3220 fist; pg_lsn_mi 3237 1700 3220,3220 fist; pg_lsn_mii
5024 3220 3220,1700 fist; pg_lsn_ne 3236 16 3220,3220 fist; pg_lsn_out 3230 2275 3220 fist;
pg_lsn_pli 5022 3220 3220,1700 fist; pg_lsn_recv 3238 3220 2281 fist; pg_lsn_send 3239 17 3220
fist; pg_mcv_list_in 5018 5017 2275 fist; pg_mcv_list_out 5019 2275 5017 fist; pg_mcv_list_recv
5020 5017 2281 fsst; pg_mcv_list_send 5021 17 5017 fsst; pg_ndistinct_in 3355 3361 2275 fist;
pg_ndistinct_out 3356 2275 3361 fist; pg_ndistinct_recv 3357 3361 2281 fsst; pg_ndistinct_send
3358 17 3361 fsst; pg_node_tree_in 195 194 2275 fist; pg_node_tree_out 196 2275 194 fist;
pg_node_tree_recv 197 194 2281 fsst; pg_node_tree_send 198 17 194 fsst; pg_snapshot_in 5055 5038
2275 fist; pg_snapshot_out 5056 2275 5038 fist; pg_snapshot_recv 5057 5038 2281 fist;
pg_snapshot_send 5058 17 5038 fist; point 1416 600 718 fist; point 1532 600 601 fist; point 1534
600 603 fist; point 1540 600 604 fist; point_above 131 16 600,600 fist; point_add 1441 600 600,600
fist; point_below 134 16 600,600 fist; point_distance 991 701 600,600 fist; point_div 1444 600
600,600 fist; point_eq 135 16 600,600 fist; point_horiz 990 16 600,600 fist; point_in 117 600 2275
fist; point_left 132 16 600,600 fist; point_mul 1443 600 600,600 fist; point_ne 988 16 600,600
fist; point_out 118 2275 600 fist; point_recv 2428 600 2281 fist; point_right 133 16 600,600 fist;
point_send 2429 17 600 fist; point_sub 1442 600 600,600 fist; point_vert 989 16 600,600 fist;
poly_in 347 604 2275 fist; poly_out 348 2275 604 fist; poly_recv 2486 604 2281 fist; poly_send
2487 17 604 fist; polygon 1448 604 603 fist; polygon 1449 604 602 fist; polygon 1544 604 718
fistq; range_adjacent 3862 16 3831,3831 fist; range_adjacent_multirange 4255 16 3831,4537 fist;
range_after 3864 16 3831,3831 fist; range_after_multirange 4261 16 3831,4537 fist; range_before
3863 16 3831,3831 fist; range_before_multirange 4258 16 3831,4537 fist; range_contained_by 3861 16
3831,3831 fist; range_contained_by_multirange 4253 16 3831,4537 fist; range_contains 3859 16
3831,3831 fist; range_contains_elem 3858 16 3831,2283 fist; range_contains_multirange 4541 16
3831,4537 fist; range_eq 3855 16 3831,3831 fist; range_ge 3873 16 3831,3831 fist; range_gt 3874 16
3831,3831 fist; range_in 3834 3831 2275,26,23 fsst; range_intersect 3868 3831 3831,3831 fist;
range_le 3872 16 3831,3831 fist; range_lt 3871 16 3831,3831 fist; range_minus 3869 3831 3831,3831
fist; range_ne 3856 16 3831,3831 fist; range_out 3835 2275 3831 fsst; range_overlaps 3857 16
3831,3831 fist; range_overlaps_multirange 4246 16 3831,4537 fist; range_overleft 3865 16 3831,3831
fist; range_overleft_multirange 4264 16 3831,4537 fist; range_overright 3866 16 3831,3831 fist;
range_overright_multirange 4267 16 3831,4537 fist; range_recv 3836 3831 2281,26,23 fsst;
range_send 3837 17 3831 fsst; range_typanalyze 3916 16 2281 fsst; range_union 3867 3831 3831,3831
fist; raw_array_subscript_handler 6180 2281 2281 fist; record_eq 2981 16 2249,2249 fist; record_ge
2986 16 2249,2249 fist; record_gt 2984 16 2249,2249 fist; record_image_eq 3181 16 2249,2249 fist;
record_image_ge 3186 16 2249,2249 fist; record_image_gt 3184 16 2249,2249 fist; record_image_le
3185 16 2249,2249 fist; record_image_lt 3183 16 2249,2249 fist; record_image_ne 3182 16 2249,2249
fist; record_in 2290 2249 2275,26,23 fsst; record_le 2985 16 2249,2249 fist; record_lt 2983 16
2249,2249 fist; record_ne 2982 16 2249,2249 fist; record_out 2291 2275 2249 fsst; record_recv 2402
2249 2281,26,23 fsst; record_send 2403 17 2249 fsst; regclassin 2218 2205 2275 fsst; regclassout
2219 2275 2205 fsst; regclassrecv 2452 2205 2281 fist; regclasssend 2453 17 2205 fist;
regcollationin 4193 4191 2275 fsst; regcollationout 4194 2275 4191 fsst; regcollationrecv 4196
4191 2281 fist; regcollationsend 4197 17 4191 fist; regconfigin 3736 3734 2275 fsst; regconfigout
3737 2275 3734 fsst; regconfigrecv 3738 3734 2281 fist; regconfigsend 3739 17 3734 fist;
regdictionaryin 3771 3769 2275 fsst; regdictionaryout 3772 2275 3769 fsst; regdictionaryrecv 3773
3769 2281 fist; regdictionarysend 3774 17 3769 fist; regnamespacein 4084 4089 2275 fsst;
regnamespaceout 4085 2275 4089 fsst; regnamespacerecv 4087 4089 2281 fist; regnamespacesend 4088
17 4089 fist; regoperatorin 2216 2204 2275 fsst; regoperatorout 2217 2275 2204 fsst;
regoperatorrecv 2450 2204 2281 fist; regoperatorsend 2451 17 2204 fist; regoperin 2214 2203 2275
fsst; regoperout 2215 2275 2203 fsst; regoperrecv 2448 2203 2281 fist; regopersend 2449 17 2203
fist; regprocedurein 2212 2202 2275 fsst; regprocedureout 2213 2275 2202 fsst; regprocedurerecv
2446 2202 2281 fist; regproceduresend 2447 17 2202 fist; regprocin 44 24 2275 fsst; regprocout 45
2275 24 fsst; regprocrecv 2444 24 2281 fist; regprocsend 2445 17 24 fist; regrolein 4098 4096 2275
fsst; regroleout 4092 2275 4096 fsst; regrolerecv 4094 4096 2281 fist; regrolesend 4095 17 4096
fist; regtypein 2220 2206 2275 fsst; regtypeout 2221 2275 2206 fsst; regtyperecv 2454 2206 2281
fist; regtypesend 2455 17 2206 fist; spghandler 334 325 2281 fvst; starts_with 3696 16 25,25 fist;
table_am_handler_in 267 269 2275 fisf; table_am_handler_out 268 2275 269 fist; text_ge 743 16
25,25 fist; text_gt 742 16 25,25 fist; text_le 741 16 25,25 fist; text_lt 740 16 25,25 fist;
text_pattern_ge 2163 16 25,25 fist; text_pattern_gt 2164 16 25,25 fist; text_pattern_le 2161 16
25,25 fist; text_pattern_lt 2160 16 25,25 fist; textanycat 2003 25 25,2776 fsstq; texteq 67 16
25,25 fist; texteqname 247 16 25,19 fist; textgename 250 16 25,19 fist; textgtname 251 16 25,19
fist; texticregexeq 1238 16 25,25 fist; texticregexne 1239 16 25,25 fist; textin 46 25 2275 fist;
textlename 249 16 25,19 fist; textltname 248 16 25,19 fist; textne 157 16 25,25 fist; textnename
252 16 25,19 fist; textout 47 2275 25 fist; textrecv 2414 25 2281 fsst; textregexeq 1254 16 25,25
fist; textregexne 1256 16 25,25 fist; textsend 2415 17 25 fsst; tideq 1292 16 27,27 fist; tidge
2792 16 27,27 fist; tidgt 2790 16 27,27 fist; tidin 48 27 2275 fist; tidle 2793 16 27,27 fist;
tidlt 2791 16 27,27 fist; tidne 1265 16 27,27 fist; tidout 49 2275 27 fist; tidrecv 2438 27 2281
fist; tidsend 2439 17 27 fist; time_eq 1145 16 1083,1083 fist; time_ge 1105 16 1083,1083 fist;
time_gt 1104 16 1083,1083 fist; time_in 1143 1083 2275,26,23 fsst; time_le 1103 16 1083,1083 fist;
time_lt 1102 16 1083,1083 fist; time_mi_interval 1748 1083 1083,1186 fist; time_mi_time 1690 1186
1083,1083 fist; time_ne 1106 16 1083,1083 fist; time_out 1144 2275 1083 fist; time_pl_interval
1747 1083 1083,1186 fist; time_recv 2470 1083 2281,26,23 fist; time_send 2471 17 1083 fist;
timedate_pl 1296 1114 1083,1082 fistq; timestamp_eq 2052 16 1114,1114 fist; timestamp_eq_date 2366
16 1114,1082 fist; timestamp_eq_timestamptz 2522 16 1114,1184 fsst; timestamp_ge 2056 16 1114,1114
fist; timestamp_ge_date 2368 16 1114,1082 fist; timestamp_ge_timestamptz 2524 16 1114,1184 fsst;
timestamp_gt 2057 16 1114,1114 fist; timestamp_gt_date 2367 16 1114,1082 fist;
timestamp_gt_timestamptz 2523 16 1114,1184 fsst; timestamp_in 1312 1114 2275,26,23 fsst;
timestamp_le 2055 16 1114,1114 fist; timestamp_le_date 2365 16 1114,1082 fist;
timestamp_le_timestamptz 2521 16 1114,1184 fsst; timestamp_lt 2054 16 1114,1114 fist;
timestamp_lt_date 2364 16 1114,1082 fist; timestamp_lt_timestamptz 2520 16 1114,1184 fsst;
timestamp_mi 2031 1186 1114,1114 fist; timestamp_mi_interval 2033 1114 1114,1186 fist;
timestamp_ne 2053 16 1114,1114 fist; timestamp_ne_date 2369 16 1114,1082 fist;
timestamp_ne_timestamptz 2525 16 1114,1184 fsst; timestamp_out 1313 2275 1114 fsst;
timestamp_pl_interval 2032 1114 1114,1186 fist; timestamp_recv 2474 1114 2281,26,23 fist;
timestamp_send 2475 17 1114 fist; timestamptypmodin 2905 23 1263 fist; timestamptypmodout 2906
2275 23 fist; timestamptz_eq 1152 16 1184,1184 fist; timestamptz_eq_date 2379 16 1184,1082 fsst;
timestamptz_eq_timestamp 2529 16 1184,1114 fsst; timestamptz_ge 1156 16 1184,1184 fist;
timestamptz_ge_date 2381 16 1184,1082 fsst; timestamptz_ge_timestamp 2531 16 1184,1114 fsst;
timestamptz_gt 1157 16 1184,1184 fist; timestamptz_gt_date 2380 16 1184,1082 fsst;
timestamptz_gt_timestamp 2530 16 1184,1114 fsst; timestamptz_in 1150 1184 2275,26,23 fsst;
timestamptz_le 1155 16 1184,1184 fist; timestamptz_le_date 2378 16 1184,1082 fsst;
timestamptz_le_timestamp 2528 16 1184,1114 fsst; timestamptz_lt 1154 16 1184,1184 fist;
timestamptz_lt_date 2377 16 1184,1082 fsst; timestamptz_lt_timestamp 2527 16 1184,1114 fsst;
timestamptz_mi 1188 1186 1184,1184 fist; timestamptz_mi_interval 1190 1184 1184,1186 fsst;
timestamptz_ne 1153 16 1184,1184 fist; timestamptz_ne_date 2382 16 1184,1082 fsst;
timestamptz_ne_timestamp 2532 16 1184,1114 fsst; timestamptz_out 1151 2275 1184 fsst;
timestamptz_pl_interval 1189 1184 1184,1186 fsst; timestamptz_recv 2476 1184 2281,26,23 fist;
timestamptz_send 2477 17 1184 fist; timestamptztypmodin 2907 23 1263 fist; timestamptztypmodout
2908 2275 23 fist; timetypmodin 2909 23 1263 fist; timetypmodout 2910 2275 23 fist; timetz_eq 1352
16 1266,1266 fist; timetz_ge 1356 16 1266,1266 fist; timetz_gt 1357 16 1266,1266 fist; timetz_in
1350 1266 2275,26,23 fsst; timetz_le 1355 16 1266,1266 fist; timetz_lt 1354 16 1266,1266 fist;
timetz_mi_interval 1750 1266 1266,1186 fist; timetz_ne 1353 16 1266,1266 fist; timetz_out 1351
2275 1266 fist; timetz_pl_interval 1749 1266 1266,1186 fist; timetz_recv 2472 1266 2281,26,23
fist; timetz_send 2473 17 1266 fist; timetzdate_pl 1298 1184 1266,1082 fistq; timetztypmodin 2911
23 1263 fist; timetztypmodout 2912 2275 23 fist; trigger_in 2300 2279 2275 fisf; trigger_out 2301
2275 2279 fist; ts_match_qv 3635 16 3615,3614 fist; ts_match_tq 3761 16 25,3615 fsst; ts_match_tt
3760 16 25,25 fsst; ts_match_vq 3634 16 3614,3615 fist; ts_typanalyze 3688 16 2281 fsst;
tsm_handler_in 3311 3310 2275 fisf; tsm_handler_out 3312 2275 3310 fist; tsq_mcontained 3692 16
3615,3615 fist; tsq_mcontains 3691 16 3615,3615 fist; tsquery_and 3669 3615 3615,3615 fist;
tsquery_eq 3664 16 3615,3615 fist; tsquery_ge 3666 16 3615,3615 fist; tsquery_gt 3667 16 3615,3615
fist; tsquery_le 3663 16 3615,3615 fist; tsquery_lt 3662 16 3615,3615 fist; tsquery_ne 3665 16
3615,3615 fist; tsquery_not 3671 3615 3615 fist; tsquery_or 3670 3615 3615,3615 fist;
tsquery_phrase 5003 3615 3615,3615 fist; tsqueryin 3612 3615 2275 fist; tsqueryout 3613 2275 3615
fist; tsqueryrecv 3641 3615 2281 fist; tsquerysend 3640 17 3615 fist; tsvector_concat 3625 3614
3614,3614 fist; tsvector_eq 3618 16 3614,3614 fist; tsvector_ge 3620 16 3614,3614 fist;
tsvector_gt 3621 16 3614,3614 fist; tsvector_le 3617 16 3614,3614 fist; tsvector_lt 3616 16
3614,3614 fist; tsvector_ne 3619 16 3614,3614 fist; tsvectorin 3610 3614 2275 fist; tsvectorout
3611 2275 3614 fist; tsvectorrecv 3639 3614 2281 fist; tsvectorsend 3638 17 3614 fist;
txid_snapshot_in 2939 2970 2275 fist; txid_snapshot_out 2940 2275 2970 fist; txid_snapshot_recv
2941 2970 2281 fist; txid_snapshot_send 2942 17 2970 fist; unknownin 109 705 2275 fist; unknownout
110 2275 705 fist; unknownrecv 2416 705 2281 fist; unknownsend 2417 17 705 fist; uuid_eq 2956 16
2950,2950 fist; uuid_ge 2957 16 2950,2950 fist; uuid_gt 2958 16 2950,2950 fist; uuid_in 2952 2950
2275 fist; uuid_le 2955 16 2950,2950 fist; uuid_lt 2954 16 2950,2950 fist; uuid_ne 2959 16
2950,2950 fist; uuid_out 2953 2275 2950 fist; uuid_recv 2961 2950 2281 fist; uuid_send 2962 17
2950 fist; varbit_in 1579 1562 2275,26,23 fist; varbit_out 1580 2275 1562 fist; varbit_recv 2458
1562 2281,26,23 fist; varbit_send 2459 17 1562 fist; varbiteq 1666 16 1562,1562 fist; varbitge
1668 16 1562,1562 fist; varbitgt 1669 16 1562,1562 fist; varbitle 1670 16 1562,1562 fist; varbitlt
1671 16 1562,1562 fist; varbitne 1667 16 1562,1562 fist; varbittypmodin 2902 23 1263 fist;
varbittypmodout 2921 2275 23 fist; varcharin 1046 1043 2275,26,23 fist; varcharout 1047 2275 1043
fist; varcharrecv 2432 1043 2281,26,23 fsst; varcharsend 2433 17 1043 fsst; varchartypmodin 2915
23 1263 fist; varchartypmodout 2916 2275 23 fist; void_in 2298 2278 2275 fist; void_out 2299 2275
2278 fist; void_recv 3120 2278 2281 fist; void_send 3121 17 2278 fist; xid8eq 5084 16 5069,5069
fist; xid8ge 5037 16 5069,5069 fist; xid8gt 5035 16 5069,5069 fist; xid8in 5070 5069 2275 fist;
xid8le 5036 16 5069,5069 fist; xid8lt 5034 16 5069,5069 fist; xid8ne 5085 16 5069,5069 fist;
xid8out 5081 2275 5069 fist; xid8recv 5082 5069 2281 fist; xid8send 5083 17 5069 fist; xideq 68 16
28,28 fist; xideqint4 1319 16 28,23 fist; xidin 50 28 2275 fist; xidneq 3308 16 28,28 fist;
xidneqint4 3309 16 28,23 fist; xidout 51 2275 28 fist; xidrecv 2440 28 2281 fist; xidsend 2441 17
28 fist; xml_in 2893 142 2275 fsst; xml_out 2894 2275 142 fist; xml_recv 2898 142 2281 fsst;
xml_send 2899 17 142 fsst;
plpgsql_call_handler 13560 2280 - fvufc; plpgsql_inline_handler 13561 2278 2281 fvutc;
plpgsql_validator 13562 2278 26 fvutc
`;
