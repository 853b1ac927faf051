/**
 * What PostgreSQL says of operators that the engine knows: OIDs, words.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const operatorDescriptions = `
15,91,92,93,94,96,98,254,260,352,353,385,387,410,416,532,533,607,620,649,670,900,974,1054,1070,\
1093,1108,1120,1130,1201,1220,1320,1330,1550,1752,1784,1804,1862,1868,1955,2060,2347,2360,2373,\
2386,2536,2542,2860,2972,2988,3222,3240,3516,3629,3676,3882,5068 equal;
36,85,259,265,402,411,417,518,519,531,538,539,608,621,630,643,644,671,713,901,1057,1071,1094,\
1109,1121,1131,1202,1221,1321,1331,1551,1753,1785,1805,1863,1869,1956,2061,2350,2363,2376,2389,\
2539,2545,2861,2973,2989,3223,3241,3315,3316,3517,3630,3677,3883,5072 not equal;
37,58,95,97,255,261,412,418,534,535,609,622,631,645,660,664,672,902,1058,1072,1095,1110,1122,\
1132,1203,1222,1322,1332,1552,1754,1786,1806,1864,1870,1957,2062,2314,2326,2345,2358,2371,2384,\
2534,2540,2799,2862,2974,2990,3190,3224,3242,3518,3627,3674,3884,5073 less than;
59,76,258,264,413,419,520,521,536,537,610,623,633,646,662,666,674,903,1060,1073,1097,1112,1123,\
1133,1205,1224,1324,1334,1554,1756,1787,1807,1865,1871,1959,2064,2318,2330,2349,2362,2375,2388,\
2538,2544,2800,2865,2975,2991,3191,3225,3243,3519,3632,3679,3887,5074 greater than;
80,256,262,414,420,522,523,540,541,611,624,632,647,661,665,673,904,1059,1074,1096,1111,1124,1134,\
1204,1223,1323,1333,1553,1694,1755,1788,1808,1866,1872,1958,2063,2315,2327,2346,2359,2372,2385,\
2535,2541,2801,2863,2976,2992,3192,3226,3244,3520,3628,3675,3885,5075 less than or equal;
82,257,263,415,430,524,525,542,543,612,625,634,648,663,667,675,905,1061,1075,1098,1113,1125,1135,\
1206,1225,1325,1335,1555,1695,1757,1789,1809,1867,1873,1960,2065,2317,2329,2348,2361,2374,2387,\
2537,2543,2802,2864,2977,2993,3193,3227,3245,3521,3631,3678,3886,5076 greater than or equal; 349
append element onto end of array; 374 prepend element onto front of array;
375,654,1797,2018,2779,2780,3284,3633 concatenate; 439,529,530,1762 modulus;
473,590,595,682,773,1763 absolute value; 484,558,559,584,585,1336,1751 negate; 506 deprecated, use
|>> instead; 507,3893,4395,4396,4397 is left of; 508,3894,4398,4399,4400 is right of; 509
deprecated, use <<| instead; 510 same as;
514,526,544,545,589,594,686,690,694,820,824,843,845,908,912,914,916,917,918,1119,1129,1583,1584,\
1760,3346,3349 multiply; 517 distance between;
527,528,546,547,588,593,687,691,695,821,825,844,909,913,915,1118,1128,1585,1761,3347,3825 divide;
550,551,552,553,586,591,684,688,692,818,822,906,1076,1100,1116,1126,1327,1337,1758,1800,1802,\
1849,2066,2551,2552,2553,2554,2555,2637,2638,5025,5026 add;
554,555,556,557,587,592,685,689,693,819,823,907,1077,1099,1101,1117,1127,1328,1329,1338,1399,\
1759,1801,1803,2067,2068,2639,2640,5027 subtract; 596 square root; 597 cube root; 639,641,1055
matches regular expression, case-sensitive; 640,642,1056 does not match regular expression,
case-sensitive; 731 add points (translate); 732 subtract points (translate); 733 multiply points
(scale/rotate); 734 divide points (scale/rotate); 808 horizontally aligned; 809 vertically
aligned; 931 is subnet; 932 is subnet or equal; 933 is supernet; 934 is supernet or equal;
965,1038 exponentiation; 966 add/update ACL item; 967 remove ACL item;
968,2751,2869,2870,2871,3246,3693,3889,3890,4539 contains; 1207,1209,1211,2016 matches LIKE
expression; 1208,1210,1212,2017 does not match LIKE expression; 1226,1228,1234 matches regular
expression, case-insensitive; 1227,1229,1235 does not match regular expression, case-insensitive;
1360 convert date and time to timestamp; 1361 convert date and time with time zone to timestamp
with time zone; 1363 convert time and date to timestamp; 1366 convert time with time zone and date
to timestamp with time zone; 1625,1627,1629 matches LIKE expression, case-insensitive;
1626,1628,1630 does not match LIKE expression, case-insensitive; 1791,1874,1880,1886,2635,3148
bitwise and; 1792,1875,1881,1887,2636,3149 bitwise or; 1793,1876,1882,1888 bitwise exclusive or;
1794,1877,1883,1889,2634,3147 bitwise not; 1795,1878,1884,1890 bitwise shift left;
1796,1879,1885,1891 bitwise shift right; 1916,1917,1918,1919,1920,1921 unary plus;
2750,2866,2867,2868,3888 overlaps; 2752,2872,2873,2874,3250,3694,3891,3892,4540 is contained by;
2875,2876,2877,3895 overlaps or is left of; 3188 identical; 3189 not identical; 3206 get value
from jsonb as text with path elements; 3211 get jsonb object field; 3212 get jsonb array element;
3213 get value from jsonb with path elements; 3228 minus; 3247 key exists; 3248 any key exists;
3249 all keys exist; 3285 delete object field; 3286 delete array element; 3287 delete path; 3398
delete object fields; 3477 get jsonb object field as text; 3481 get jsonb array element as text;
3552 overlaps (is subnet or supernet); 3585,3896,4035,4142 overlaps or is right of;
3636,3637,3762,3763 text search match; 3660,3661 deprecated, use @@ instead; 3680 AND-concatenate;
3681 OR-concatenate; 3682 NOT tsquery; 3877 starts with; 3897,4179,4180,4198 is adjacent to; 3898
range union; 3899 range difference; 3900 range intersection; 3962 get json object field; 3963 get
json object field as text; 3964 get json array element; 3965 get json array element as text; 3966
get value from json with path elements; 3967 get value from json as text with path elements; 4012
jsonpath exists; 4013 jsonpath match; 4161 is above; 4162 is below; 4392 multirange union; 4393
multirange minus; 4394 multirange intersect; 5005 phrase-concatenate;
`;
