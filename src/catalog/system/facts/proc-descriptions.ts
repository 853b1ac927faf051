/**
 * What PostgreSQL says of functions that the engine knows: OIDs, words.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const procDescriptions = `
3 row-oriented heap table access method handler;
31,33,34,35,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,86,87,88,90,109,110,117,118,\
119,120,121,122,123,124,195,196,197,198,200,201,214,215,267,268,321,322,323,324,326,327,347,348,\
436,437,460,461,750,751,886,887,910,911,1031,1032,1044,1045,1046,1047,1084,1085,1143,1144,1150,\
1151,1160,1161,1242,1243,1244,1245,1267,1312,1313,1350,1351,1427,1450,1451,1490,1491,1564,1565,\
1579,1580,1701,1702,1798,1799,2212,2213,2214,2215,2216,2217,2218,2219,2220,2221,2290,2291,2292,\
2293,2294,2295,2296,2297,2298,2299,2300,2301,2302,2303,2304,2305,2312,2313,2398,2399,2400,2401,\
2402,2403,2404,2405,2406,2407,2408,2409,2410,2411,2412,2413,2414,2415,2416,2417,2418,2419,2420,\
2421,2422,2423,2424,2425,2426,2427,2428,2429,2430,2431,2432,2433,2434,2435,2436,2437,2438,2439,\
2440,2441,2442,2443,2444,2445,2446,2447,2448,2449,2450,2451,2452,2453,2454,2455,2456,2457,2458,\
2459,2460,2461,2468,2469,2470,2471,2472,2473,2474,2475,2476,2477,2478,2479,2480,2481,2482,2483,\
2484,2485,2486,2487,2488,2489,2490,2491,2492,2493,2494,2495,2496,2497,2498,2499,2500,2501,2502,\
2503,2597,2598,2777,2778,2893,2894,2898,2899,2939,2940,2941,2942,2952,2953,2961,2962,3116,3117,\
3120,3121,3229,3230,3238,3239,3311,3312,3355,3356,3357,3358,3404,3405,3406,3407,3446,3447,3504,\
3505,3506,3507,3532,3533,3594,3595,3610,3611,3612,3613,3638,3639,3640,3641,3646,3647,3736,3737,\
3738,3739,3771,3772,3773,3774,3803,3804,3805,3806,3832,3833,3834,3835,3836,3837,4001,4002,4003,\
4004,4084,4085,4087,4088,4092,4094,4095,4098,4110,4111,4193,4194,4196,4197,4226,4227,4229,4230,\
4231,4232,4233,4234,4596,4597,4598,4599,4638,4639,4640,4641,5018,5019,5020,5021,5055,5056,5057,\
5058,5070,5081,5082,5083,5086,5087,5088,5089,5090,5091,5092,5093,5094,5095 I/O;
56,64,66,160,161,241,248,289,295,301,307,391,469,476,655,677,716,740,831,854,890,921,1049,1087,\
1102,1154,1164,1246,1354,1595,1671,1722,1852,1858,1949,2054,2338,2351,2364,2377,2520,2527,2791,\
2954,2983,3231,3510,3616,3662,3871,4039,4274,5034 implementation of < operator;
57,73,146,147,162,163,244,251,291,297,303,309,392,470,477,657,681,742,833,855,892,923,1051,1089,\
1104,1157,1167,1357,1593,1638,1669,1720,1853,1859,1951,2057,2341,2354,2367,2380,2523,2530,2790,\
2958,2984,3235,3511,3621,3667,3874,4040,4277,5035 implementation of > operator;
60,61,62,63,65,67,68,69,158,159,184,240,247,287,293,299,305,467,474,679,744,830,852,888,920,1048,\
1062,1086,1145,1152,1162,1292,1319,1352,1581,1666,1718,1850,1856,1948,2052,2340,2353,2366,2379,\
2522,2529,2956,2981,3233,3508,3618,3664,3855,4043,4244,5084 implementation of = operator;
70,84,144,145,157,164,165,185,245,252,288,294,300,306,390,468,475,619,659,835,853,889,925,988,\
1053,1091,1106,1153,1163,1265,1353,1582,1667,1719,1851,1857,1953,2053,2343,2356,2369,2382,2525,\
2532,2959,2982,3236,3308,3309,3509,3619,3665,3856,4038,4245,5085 implementation of <> operator;
72,148,149,166,167,242,249,290,296,302,308,393,471,478,656,678,717,741,832,856,891,922,1050,1088,\
1103,1155,1165,1355,1594,1670,1691,1723,1854,1860,1950,2055,2339,2352,2365,2378,2521,2528,2793,\
2955,2985,3232,3512,3617,3663,3872,4041,4275,5036 implementation of <= operator;
74,150,151,168,169,243,250,292,298,304,310,396,472,479,658,680,743,834,857,893,924,1052,1090,\
1105,1156,1166,1356,1592,1639,1668,1692,1721,1855,1861,1952,2056,2342,2355,2368,2381,2524,2531,\
2792,2957,2986,3234,3513,3620,3666,3873,4042,4276,5037 implementation of >= operator; 77 convert
char to int4; 78,1621 convert int4 to char; 79,1254,1658,1676,1895,1901,1907,2627,3144
implementation of ~ operator; 89 PostgreSQL version string; 131 implementation of |>> operator;
132,927,1677,1896,1902,1908,3863,4258,4259,4260 implementation of << operator;
133,929,1678,1897,1903,1909,3864,4261,4262,4263 implementation of >> operator; 134 implementation
of <<| operator; 135 implementation of ~= operator;
141,152,170,171,202,216,279,283,465,839,846,848,862,863,864,866,896,919,943,1276,1280,1443,1618,\
1624,1726,3344,3399,3868,4272 implementation of * operator;
153,154,172,173,203,217,280,284,466,840,847,865,867,897,948,1277,1281,1326,1444,1727,3345,3822
implementation of / operator; 155,156,945,1729 implementation of % operator;
176,177,178,179,204,218,281,285,463,837,841,894,1141,1169,1189,1272,1274,1278,1296,1297,1298,\
1441,1724,1747,1749,1848,1910,1911,1912,1913,1914,1915,2032,2071,2546,2547,2548,2549,2550,2630,\
2631,3867,4270,5022,5023 implementation of + operator;
180,181,182,183,205,206,212,213,219,220,282,286,462,464,838,895,942,1140,1142,1168,1170,1188,\
1190,1275,1279,1442,1690,1725,1748,1750,1771,2031,2033,2072,2632,2633,3237,3302,3303,3343,3869,\
4271,5024 implementation of - operator; 207,221,1230,1251,1253,1704 implementation of @ operator;
228,1342 round to nearest integer; 229,1343 truncate to integer; 230 implementation of |/
operator; 231 implementation of ||/ operator; 232,1739 implementation of ^ operator;
233,1347,1732,1733 natural exponential (e^x); 234,1341,1734,1735 natural logarithm; 235 convert
int2 to float8; 236 convert int2 to float4; 237 convert float8 to int2; 238 convert float4 to
int2; 266 concatenate name and oid; 274 current date and time - increments during transactions;
311 convert float4 to float8; 312 convert float8 to float4; 313 convert int2 to int4; 314 convert
int4 to int2; 315 Is JIT compilation available in this session?; 316 convert int4 to float8; 317
convert float8 to int4; 318 convert int4 to float4; 319 convert float4 to int4; 320,2170 bucket
number of operand in equal-width histogram; 330 btree index access method handler; 331 hash index
access method handler; 332 gist index access method handler; 333 gin index access method handler;
334 spgist index access method handler; 335 brin index access method handler; 338 validate an
operator class; 376,6161 split delimited text, with null string; 378 append element onto end of
array; 379 prepend element onto front of array; 383,1258,1679,2003,2004,2011,3301,3625,3670
implementation of || operator; 384 concatenate array elements, using delimiter and null string,
into text; 394,6160 split delimited text; 395 concatenate array elements, using delimiter, into
text; 401 convert char(n) to text; 406 convert name to text; 407 convert text to name; 408 convert
name to char(n); 409 convert char(n) to name; 438 count the number of NULL arguments; 440 count
the number of non-NULL arguments; 480 convert int8 to int4; 481 convert int4 to int8; 482 convert
int8 to float8; 483 convert float8 to int8; 598 abbreviated display of inet value; 599 abbreviated
display of cidr value; 605 change netmask of inet; 635 change netmask of cidr; 636 test property
of an index access method; 637 test property of an index; 638 test property of an index column;
652 convert int8 to float4; 653 convert float4 to int8; 668 adjust char() to typmod length; 669
adjust varchar() to typmod length; 676 return name of given index build phase; 683 network part of
address; 696 netmask of address; 697 netmask length; 698 broadcast address of network; 699 show
address octets only; 710 deprecated, use current_user instead; 711 address family (4 for IPv4, 6
for IPv6); 714 convert int8 to int2; 715,957 large object create; 720,1374,1375,1682,2010 octet
length; 721 get byte; 722 set byte; 723,3032 get bit; 724,3033 set bit; 730 show all parts of
inet/cidr value; 745 current user name; 746 session user name; 747 array dimensions; 748 number of
array dimensions; 749,752,1404,1405 substitute portion of string; 753 MACADDR manufacturer fields;
754 convert int2 to int8; 764,767 large object import; 765 large object export; 766 increment;
810,1039 encoding name of current database; 817 get the currently executing query; 849,868,2014
position of substring; 850,858,1631,2005 implementation of ~~ operator; 851,859,1632,2006
implementation of !~~ operator; 860 convert char to char(n); 861 name of the current database; 870
lowercase; 871 uppercase; 872 capitalize each word; 873,879 left-pad string to length; 874,880
right-pad string to length; 875 trim selected characters from left end of string; 876 trim
selected characters from right end of string; 877,883,936,937,2012,2013,2085,2086 extract portion
of string; 878 map a set of characters appearing in string; 881 trim spaces from left end of
string; 882 trim spaces from right end of string; 884 trim selected characters from both ends of
string; 885 trim spaces from both ends of string; 928 implementation of <<= operator; 930
implementation of >>= operator; 935 output money amount as words;
938,939,1066,1067,1068,1069,3259,3260 non-persistent series generator; 940,941,947,1728 modulus;
944 convert text to char; 946 convert char to text; 952 large object open; 953 large object close;
954 large object read; 955 large object write; 956 large object seek; 958 large object position;
964 large object unlink (delete); 989,4048 implementation of ?| operator; 990 implementation of ?-
operator; 991,5003 implementation of <-> operator; 992 slope between points; 1004 truncate large
object; 1026,1159,2069,2070 adjust timestamp to new time zone; 1035 add/update ACL item; 1036
remove ACL item; 1037 contains; 1065 view two-phase transactions; 1079 convert text to regclass;
1081 format a type oid and atttypmod to canonical SQL; 1158 convert UNIX epoch to timestamptz;
1171,6203 extract field from timestamp with time zone; 1172,6204 extract field from interval; 1174
convert date to timestamp with time zone; 1175 promote groups of 24 hours to numbers of days; 1176
convert date and time to timestamp with time zone; 1177 jsonpath exists test with timezone; 1178
convert timestamp with time zone to date; 1179 jsonpath query with timezone; 1180 jsonpath query
wrapped into array with timezone; 1181 age of a transaction ID, in transactions before current
transaction; 1191,1192 array subscripts generator; 1193,1286 array constructor with value;
1194,1339,1340,1481,1741 base 10 logarithm; 1199,2058 date difference preserving months and years;
1200 adjust interval precision; 1215 get description for object id and catalog name; 1216 get
description for table column; 1217 truncate timestamp with time zone to specified units; 1218
truncate interval to specified units; 1238,1240,1656 implementation of ~* operator; 1239,1241,1657
implementation of !~* operator; 1252,1256,1659 implementation of !~ operator; 1257,1317 length;
1264 convert encoding name to encoding id; 1268 parse qualified identifier to array of
identifiers; 1269 bytes required to store the value, perhaps with compression;
1271,1304,1305,1306,1307,1308,1309,1310,1311,2041,2042,2043,2044 intervals overlap?; 1273,6201
extract field from time with time zone; 1282 quote an identifier for usage in a querystring; 1283
quote a literal for usage in a querystring; 1284 truncate timestamp with time zone to specified
units in specified time zone; 1285 quote a data value for usage in a querystring; 1287 convert
int8 to oid; 1288 convert oid to int8; 1289 quote a possibly-null literal for usage in a
querystring; 1290 quote a possibly-null data value for usage in a querystring; 1293 expand
multirange to set of ranges; 1294 latest tid of a tuple; 1295 promote groups of 30 days to numbers
of months; 1299,2647 current transaction time; 1316 convert timestamp to time;
1318,1367,1369,1372,1381 character length; 1344,1730,1731 square root; 1345 cube root;
1346,1368,1738,2169 exponentiation; 1348 deprecated, use two-argument form instead; 1349 print
type names of oidvector field; 1359 convert date and time with time zone to timestamp with time
zone; 1362 hostmask of address; 1365 make ACL item; 1370 convert time to interval; 1371 view
system lock information; 1373 finite date?; 1376 factorial; 1384,6199 extract field from date;
1385,6200 extract field from time; 1386,2059 date difference from today preserving months and
years; 1387 constraint description; 1388 convert timestamp with time zone to time with time zone;
1389,2048 finite timestamp?; 1390 finite interval?; 1394,1395,1396,1397,1398,1705 absolute value;
1400 convert varchar to name; 1401 convert name to varchar; 1402 current schema name; 1403 current
schema search list; 1406 vertically aligned; 1407 horizontally aligned; 1416,1532,1534,1540 center
of; 1419 convert interval to time; 1440 convert x, y to point; 1446 convert polygon to bounding
box; 1447 convert polygon to path; 1448 convert box to polygon; 1449 convert path to polygon; 1474
convert polygon to circle; 1479 convert box to circle; 1480 convert circle to box; 1541 diagonal
of; 1544 convert circle to 12-vertex polygon; 1569,1571,2007 matches LIKE expression;
1570,1572,2008 does not match LIKE expression; 1573 source text of a rule; 1574 sequence next
value; 1575 sequence current value; 1576 set sequence value; 1597 convert encoding id to encoding
name; 1598 random value; 1599 set random seed; 1600 arcsine; 1601 arccosine; 1602 arctangent; 1603
arctangent, two arguments; 1604 sine; 1605 cosine; 1606 tangent; 1607 cotangent; 1608 radians to
degrees; 1609 degrees to radians; 1610 PI; 1619 type of the argument; 1620 convert first char to
int4; 1622 replicate string n times; 1623,1986,1987 convert SQL regexp pattern to POSIX style;
1633,1635,1660 implementation of ~~* operator; 1634,1636,1661 implementation of !~~* operator;
1637,2009 convert LIKE pattern to use backslash escapes; 1640,1641 select statement of a view;
1642 role name by OID (with fallback); 1643 index description; 1662 trigger description; 1665 name
of sequence for a serial column; 1673,1892,1898,1904,2628,3145 implementation of & operator;
1674,1893,1899,1905,2629,3146 implementation of | operator; 1675,1894,1900,1906 implementation of
# operator; 1680,1699 extract portion of bitstring; 1681 bitstring length; 1683 convert int4 to
bitstring; 1684 convert bitstring to int4; 1685 adjust bit() to typmod length; 1686 list of SQL
keywords; 1687 adjust varbit() to typmod length; 1689 convert ACL item array to table, primarily
for use by information schema; 1698 position of sub-bitstring; 1703 adjust numeric to typmod
precision/scale; 1706,2310 sign of value; 1707 value rounded to 'scale'; 1708 value rounded to
'scale' of zero; 1709 value truncated to 'scale'; 1710 value truncated to 'scale' of zero;
1711,2167,2308,2320 nearest integer >= value; 1712,2309 nearest integer <= value; 1713 length of
string in specified encoding; 1714 convert string with specified source encoding name; 1715
convert inet to cidr; 1716 deparse an encoded expression; 1717 convert string with specified
destination encoding name; 1736,1737 logarithm base m of n; 1740 convert int4 to numeric; 1742
convert float4 to numeric; 1743 convert float8 to numeric; 1744 convert numeric to int4; 1745
convert numeric to float4; 1746 convert numeric to float8; 1764 increment by one; 1765 set
sequence value and is_called status; 1768 format interval to text; 1770 format timestamp with time
zone to text; 1772 format numeric to text; 1773 format int4 to text; 1774 format int8 to text;
1775 format float4 to text; 1776 format float8 to text; 1777 convert text to numeric; 1778 convert
text to timestamp with time zone; 1779 convert numeric to int8; 1780 convert text to date; 1781
convert int8 to numeric; 1782 convert int2 to numeric; 1783 convert numeric to int2;
1810,1811,1812 length in bits; 1813 convert string with specified encoding names; 1842 aggregate
transition function; 1845 encode text from DB encoding to ASCII text; 1846,1847 encode text from
encoding to ASCII text; 1922 user privilege on relation by username, rel name; 1923 user privilege
on relation by username, rel oid; 1924 user privilege on relation by user oid, rel name; 1925 user
privilege on relation by user oid, rel oid; 1926 current user privilege on relation by rel name;
1927 current user privilege on relation by rel oid; 1946 convert bytea value into some ascii-only
text string; 1947 convert ascii-encoded text string into bytea value; 1961 adjust timestamp
precision; 1967 adjust timestamptz precision; 1968 adjust time precision; 1969 adjust time with
time zone precision; 1973,1980 trunc(x/y); 1993 get description for object id and shared catalog
name; 2015 trim selected bytes from both ends of string; 2019 convert timestamp with time zone to
time; 2020 truncate timestamp to specified units; 2021,6202 extract field from timestamp; 2023
jsonpath query first item with timezone; 2024 convert date to timestamp; 2025 convert date and
time to timestamp; 2026 statistics: current backend PID; 2027 convert timestamp with time zone to
timestamp; 2028 convert timestamp to timestamp with time zone; 2029 convert timestamp to date;
2030 jsonpath match with timezone; 2034 configuration load time; 2037,2038 adjust time with time
zone to new zone; 2046 convert time with time zone to time; 2047 convert time to time with time
zone; 2049 format timestamp to text; 2050 maximum value of all anyarray input values; 2051 minimum
value of all anyarray input values; 2073 extract text matching regular expression; 2074 extract
text matching SQL regular expression; 2075 convert int8 to bitstring; 2076 convert bitstring to
int8; 2077 SHOW X as a function; 2078 SET X as a function; 2079 is table visible in search path?;
2080 is type visible in search path?; 2081 is function visible in search path?; 2082 is operator
visible in search path?; 2083 is opclass visible in search path?; 2084 SHOW ALL as a function;
2087 replace all occurrences in string of old_substr with new_substr; 2088 split string by
field_sep and return field_num; 2089 convert int4 number to hex; 2090 convert int8 number to hex;
2091 array lower dimension; 2092 array upper dimension; 2093 is conversion visible in search
path?; 2096 terminate a server process; 2098 definition of a function; 2100 the average
(arithmetic mean) as numeric of all bigint values; 2101 the average (arithmetic mean) as numeric
of all integer values; 2102 the average (arithmetic mean) as numeric of all smallint values; 2103
the average (arithmetic mean) as numeric of all numeric values; 2104 the average (arithmetic mean)
as float8 of all float4 values; 2105 the average (arithmetic mean) as float8 of all float8 values;
2106 the average (arithmetic mean) as interval of all interval values; 2107 sum as numeric across
all bigint input values; 2108 sum as bigint across all integer input values; 2109 sum as bigint
across all smallint input values; 2110 sum as float4 across all float4 input values; 2111 sum as
float8 across all float8 input values; 2112 sum as money across all money input values; 2113 sum
as interval across all interval input values; 2114 sum as numeric across all numeric input values;
2115 maximum value of all bigint input values; 2116 maximum value of all integer input values;
2117 maximum value of all smallint input values; 2118 maximum value of all oid input values; 2119
maximum value of all float4 input values; 2120 maximum value of all float8 input values; 2121
compression method for the compressed datum; 2122 maximum value of all date input values; 2123
maximum value of all time input values; 2124 maximum value of all time with time zone input
values; 2125 maximum value of all money input values; 2126 maximum value of all timestamp input
values; 2127 maximum value of all timestamp with time zone input values; 2128 maximum value of all
interval input values; 2129 maximum value of all text input values; 2130 maximum value of all
numeric input values; 2131 minimum value of all bigint input values; 2132 minimum value of all
integer input values; 2133 minimum value of all smallint input values; 2134 minimum value of all
oid input values; 2135 minimum value of all float4 input values; 2136 minimum value of all float8
input values; 2138 minimum value of all date input values; 2139 minimum value of all time input
values; 2140 minimum value of all time with time zone input values; 2141 minimum value of all
money input values; 2142 minimum value of all timestamp input values; 2143 minimum value of all
timestamp with time zone input values; 2144 minimum value of all interval input values; 2145
minimum value of all text values; 2146 minimum value of all numeric input values; 2147 number of
input rows for which the input expression is not null; 2148,2149,2150,2151,2152,2153 historical
alias for var_samp; 2154,2155,2156,2157,2158,2159 historical alias for stddev_samp; 2160,2174
implementation of ~<~ operator; 2161,2175 implementation of ~<=~ operator; 2162 argument list of a
function; 2163,2177 implementation of ~>=~ operator; 2164,2178 implementation of ~>~ operator;
2165 result type of a function; 2168,2324 total disk space usage for the specified database; 2171
cancel a server process' current query; 2172 prepare for taking an online backup; 2176 array
length; 2181 user privilege on sequence by username, seq name; 2182 user privilege on sequence by
username, seq oid; 2183 user privilege on sequence by user oid, seq name; 2184 user privilege on
sequence by user oid, seq oid; 2185 current user privilege on sequence by seq name; 2186 current
user privilege on sequence by seq oid; 2196 inet address of the client; 2197 client's port number
for this connection; 2198 inet address of the server; 2199 server's port number for this
connection; 2232 identity argument list of a function; 2236 bitwise-and smallint aggregate; 2237
bitwise-or smallint aggregate; 2238 bitwise-and integer aggregate; 2239 bitwise-or integer
aggregate; 2240 bitwise-and bigint aggregate; 2241 bitwise-or bigint aggregate; 2242 bitwise-and
bit aggregate; 2243 bitwise-or bit aggregate; 2244 maximum value of all bpchar input values; 2245
minimum value of all bpchar input values; 2246,2247,2248,2316 (internal); 2250 user privilege on
database by username, database name; 2251 user privilege on database by username, database oid;
2252 user privilege on database by user oid, database name; 2253 user privilege on database by
user oid, database oid; 2254 current user privilege on database by database name; 2255 current
user privilege on database by database oid; 2256 user privilege on function by username, function
name; 2257 user privilege on function by username, function oid; 2258 user privilege on function
by user oid, function name; 2259 user privilege on function by user oid, function oid; 2260
current user privilege on function by function name; 2261 current user privilege on function by
function oid; 2262 user privilege on language by username, language name; 2263 user privilege on
language by username, language oid; 2264 user privilege on language by user oid, language name;
2265 user privilege on language by user oid, language oid; 2266 current user privilege on language
by language name; 2267 current user privilege on language by language oid; 2268 user privilege on
schema by username, schema name; 2269 user privilege on schema by username, schema oid; 2270 user
privilege on schema by user oid, schema name; 2271 user privilege on schema by user oid, schema
oid; 2272 current user privilege on schema by schema name; 2273 current user privilege on schema
by schema oid; 2282 information about all memory contexts of local backend;
2284,2285,6251,6252,6253 replace text using regexp; 2286 total disk space usage for the specified
table and associated indexes; 2288 convert a long int to a human readable text using size units;
2289 convert generic options array to name/value table; 2311,2321 MD5 hash; 2319 maximum octet
length of a character in given encoding; 2322,2323 total disk space usage for the specified
tablespace; 2325 disk space usage for the main fork of the specified table or index; 2331 expand
array to set of rows; 2332 disk space usage for the specified fork of a table or index; 2335,4053
concatenate aggregate input into an array; 2390 user privilege on tablespace by username,
tablespace name; 2391 user privilege on tablespace by username, tablespace oid; 2392 user
privilege on tablespace by user oid, tablespace name; 2393 user privilege on tablespace by user
oid, tablespace oid; 2394 current user privilege on tablespace by tablespace name; 2395 current
user privilege on tablespace by tablespace oid; 2462 hyperbolic sine; 2463 hyperbolic cosine; 2464
hyperbolic tangent; 2465 inverse hyperbolic sine; 2466 inverse hyperbolic cosine; 2467 inverse
hyperbolic tangent; 2504 source text of a rule with pretty-print option; 2505,2506 select
statement of a view with pretty-print option; 2507 index description (full create statement or
single expression) with pretty-print option; 2508 constraint description with pretty-print option;
2509 deparse an encoded expression with pretty-print option; 2510 get the prepared statements for
this session; 2511 get the open cursors for this session; 2517,2519 boolean-and aggregate; 2518
boolean-or aggregate; 2556 get OIDs of databases in a tablespace; 2557 convert int4 to boolean;
2558 convert boolean to int4; 2559 current value from last used sequence; 2560 postmaster start
time; 2561 get array of PIDs of sessions blocking specified backend PID from acquiring a
heavyweight lock; 2580 convert jsonb to float8; 2599 get the available time zone abbreviations;
2614,3050 test XML value against XPath expression; 2621 reload configuration files; 2622 rotate
log file; 2624,3293,3826 read text from a file; 2626 sleep for the specified time in seconds; 2641
sample variance of bigint input values (square of the sample standard deviation); 2642 sample
variance of integer input values (square of the sample standard deviation); 2643 sample variance
of smallint input values (square of the sample standard deviation); 2644 sample variance of float4
input values (square of the sample standard deviation); 2645 sample variance of float8 input
values (square of the sample standard deviation); 2646 sample variance of numeric input values
(square of the sample standard deviation); 2648 current statement time; 2649 current clock time;
2705 user privilege on role by username, role name; 2706 user privilege on role by username, role
oid; 2707 user privilege on role by user oid, role name; 2708 user privilege on role by user oid,
role oid; 2709 current user privilege on role by role name; 2710 current user privilege on role by
role oid; 2711 promote groups of 24 hours to numbers of days and promote groups of 30 days to
numbers of months; 2712 sample standard deviation of bigint input values; 2713 sample standard
deviation of integer input values; 2714 sample standard deviation of smallint input values; 2715
sample standard deviation of float4 input values; 2716 sample standard deviation of float8 input
values; 2717 sample standard deviation of numeric input values; 2718 population variance of bigint
input values (square of the population standard deviation); 2719 population variance of integer
input values (square of the population standard deviation); 2720 population variance of smallint
input values (square of the population standard deviation); 2721 population variance of float4
input values (square of the population standard deviation); 2722 population variance of float8
input values (square of the population standard deviation); 2723 population variance of numeric
input values (square of the population standard deviation); 2724 population standard deviation of
bigint input values; 2725 population standard deviation of integer input values; 2726 population
standard deviation of smallint input values; 2727 population standard deviation of float4 input
values; 2728 population standard deviation of float8 input values; 2729 population standard
deviation of numeric input values; 2730 trigger description with pretty-print option; 2731
arcsine, degrees; 2732 arccosine, degrees; 2733 arctangent, degrees; 2734 arctangent, two
arguments, degrees; 2735 sine, degrees; 2736 cosine, degrees; 2737 tangent, degrees; 2738
cotangent, degrees; 2739 finish taking an online backup; 2747,3551,3669,3857,4246,4247,4248
implementation of && operator; 2748,3691,3858,3859,4046,4249,4250,4251,4541 implementation of @>
operator; 2749,3692,3860,3861,4050,4252,4253,4254,4542 implementation of <@ operator; 2763,2764
find match(es) for regexp; 2765,2766,2767,2768 split string by pattern; 2797 maximum value of all
tid input values; 2798 minimum value of all tid input values; 2803 number of input rows; 2818
number of input rows in which both expressions are not null; 2819 sum of squares of the
independent variable (sum(X^2) - sum(X)^2/N); 2820 sum of squares of the dependent variable
(sum(Y^2) - sum(Y)^2/N); 2821 sum of products of independent times dependent variable (sum(X*Y) -
sum(X) * sum(Y)/N); 2822 average of the independent variable (sum(X)/N); 2823 average of the
dependent variable (sum(Y)/N); 2824 square of the correlation coefficient; 2825 slope of the
least-squares-fit linear equation determined by the (X, Y) pairs; 2826 y-intercept of the
least-squares-fit linear equation determined by the (X, Y) pairs; 2827 population covariance; 2828
sample covariance; 2829 correlation coefficient; 2848 switch to new wal file; 2849 current wal
write location; 2852 current wal insert location; 2854 get OID of current session's temp schema,
if any; 2855 is schema another session's temp schema?; 2856 get the available time zone names;
2880,2886,3089,3093 obtain exclusive advisory lock; 2881,2887,3090,3094 obtain shared advisory
lock; 2882,2888,3091,3095 obtain exclusive advisory lock if available; 2883,2889,3092,3096 obtain
shared advisory lock if available; 2884,2890 release exclusive advisory lock; 2885,2891 release
shared advisory lock; 2892 release all advisory locks; 2895 generate XML comment; 2896 perform a
non-validating parse of a character string to produce an XML value; 2897 validate an XML value;
2901 concatenate XML values;
2902,2903,2904,2905,2906,2907,2908,2909,2910,2911,2912,2913,2914,2915,2916,2917,2918,2919,2920,\
2921 I/O typmod; 2922 serialize an XML value to a character string; 2923 map table contents to
XML; 2924 map query result to XML; 2925 map rows from cursor to XML; 2926 map table structure to
XML Schema; 2927 map query result structure to XML Schema; 2928 map cursor structure to XML
Schema; 2929 map table contents and structure to XML and XML Schema; 2930 map query result and
structure to XML and XML Schema; 2931 evaluate XPath expression, with namespaces support; 2932
evaluate XPath expression; 2933 map schema contents to XML; 2934 map schema structure to XML
Schema; 2935 map schema contents and structure to XML and XML Schema; 2936 map database contents
to XML; 2937 map database structure to XML Schema; 2938 map database contents and structure to XML
and XML Schema; 2943,3348,5059,5060 get current transaction ID; 2944,5061 get current snapshot;
2945,5062 get xmin of snapshot; 2946,5063 get xmax of snapshot; 2947 get set of in-progress txids
in snapshot; 2948 is txid visible in snapshot?; 2971 convert boolean to text; 2997 disk space
usage for the specified table, including TOAST, free space and visibility map; 2998 disk space
usage for all indexes attached to the specified table; 2999 filenode identifier of relation; 3000
user privilege on foreign data wrapper by username, foreign data wrapper name; 3001 user privilege
on foreign data wrapper by username, foreign data wrapper oid; 3002 user privilege on foreign data
wrapper by user oid, foreign data wrapper name; 3003 user privilege on foreign data wrapper by
user oid, foreign data wrapper oid; 3004 current user privilege on foreign data wrapper by foreign
data wrapper name; 3005 current user privilege on foreign data wrapper by foreign data wrapper
oid; 3006 user privilege on server by username, server name; 3007 user privilege on server by
username, server oid; 3008 user privilege on server by user oid, server name; 3009 user privilege
on server by user oid, server oid; 3010 current user privilege on server by server name; 3011
current user privilege on server by server oid; 3012 user privilege on column by username, rel
name, col name; 3013 user privilege on column by username, rel name, col attnum; 3014 user
privilege on column by username, rel oid, col name; 3015 user privilege on column by username, rel
oid, col attnum; 3016 user privilege on column by user oid, rel name, col name; 3017 user
privilege on column by user oid, rel name, col attnum; 3018 user privilege on column by user oid,
rel oid, col name; 3019 user privilege on column by user oid, rel oid, col attnum; 3020 current
user privilege on column by rel name, col name; 3021 current user privilege on column by rel name,
col attnum; 3022 current user privilege on column by rel oid, col name; 3023 current user
privilege on column by rel oid, col attnum; 3024 user privilege on any column by username, rel
name; 3025 user privilege on any column by username, rel oid; 3026 user privilege on any column by
user oid, rel name; 3027 user privilege on any column by user oid, rel oid; 3028 current user
privilege on any column by rel name; 3029 current user privilege on any column by rel oid;
3030,3031 substitute portion of bitstring; 3034 file path of relation; 3035 get the channels that
the current backend listens to; 3036 send a notification event; 3049 test XML value against XPath
expression, with namespace support; 3051 determine if a string is well formed XML; 3052 determine
if a string is well formed XML document; 3053 determine if a string is well formed XML content;
3058 concatenate values; 3059 concatenate values with separators; 3060 extract the first n
characters; 3061 extract the last n characters; 3062 reverse text; 3073 true if wal replay is
paused; 3078 sequence parameters, for use by information schema; 3082 list available extensions;
3083 list available extension versions; 3084 list an extension's version update paths; 3086 flag
an extension's table contents to be emitted by pg_dump; 3098 create a named restore point; 3100
row number within partition; 3101 integer rank with gaps; 3102 integer rank without gaps; 3103
fractional rank within partition; 3104 fractional row number within partition; 3105 split rows
into N groups; 3106 fetch the preceding row value; 3107 fetch the Nth preceding row value; 3108
fetch the Nth preceding row value with default; 3109 fetch the following row value; 3110 fetch the
Nth following row value; 3111 fetch the Nth following row value with default; 3112 fetch the first
row value; 3113 fetch the last row value; 3114 fetch the Nth row value; 3138 user privilege on
type by username, type name; 3139 user privilege on type by username, type oid; 3140 user
privilege on type by user oid, type name; 3141 user privilege on type by user oid, type oid; 3142
current user privilege on type by type name; 3143 current user privilege on type by type oid; 3153
map array to json; 3154 map array to json with optional pretty printing; 3155 map row to json;
3156 map row to json with optional pretty printing; 3159 select statement of a view with
pretty-printing and specified line wrapping; 3162 collation of the argument%3B implementation of
the COLLATION FOR expression; 3163 current trigger depth; 3166 convert a numeric to a human
readable text using size units; 3167 remove any occurrences of an element from an array; 3168
replace any occurrences of an element in an array; 3170 large object seek (64 bit); 3171 large
object position (64 bit); 3172 truncate large object (64 bit); 3175 aggregate input into json;
3176 map input to json; 3179 array cardinality; 3181 implementation of *= operator; 3182
implementation of *<> operator; 3183 implementation of *< operator; 3184 implementation of *>
operator; 3185 implementation of *<= operator; 3186 implementation of *>= operator; 3197 aggregate
input into a json object; 3198 build a json array from any inputs; 3199 build an empty json array;
3200 build a json object from pairwise key/value inputs; 3201 build an empty json object; 3202 map
text array of key value pairs to json object; 3203 map text arrays of keys and values to json
object; 3204,3960 get record fields from a json object; 3205,3961 get set of records with fields
from a json array of objects; 3207 length of jsonb array; 3208,3932 key value pairs of a jsonb
object; 3209,3490 get record fields from a jsonb object; 3210 get the type of a jsonb value;
3214,3216,3948,3950 implementation of ->> operator; 3215,3478,3947,3949 implementation of ->
operator; 3217 get value from jsonb with path elements; 3218 bucket number of operand given a
sorted array of bucket lower bounds; 3219 elements of a jsonb array; 3261 remove object fields
with null values from json; 3262 remove object fields with null values from jsonb; 3263,3264 map
text array of key value pairs to jsonb object; 3267 aggregate input into jsonb; 3270 aggregate
inputs into jsonb object; 3271 build a jsonb array from any inputs; 3272 build an empty jsonb
array; 3273 build a jsonb object from pairwise key/value inputs; 3274 build an empty jsonb object;
3277 returns an offset of value in array; 3278 returns an offset of value in array with start
index; 3279 returns an array of offsets of some value in array; 3281 number of decimal digits in
the fractional part; 3294 SHOW X as a function, optionally no error for missing variable;
3295,3827,3828 read bytea from a file; 3296 get the fraction of the asynchronous notification
queue currently in use; 3298 row security for current context active on table by table oid; 3299
row security for current context active on table by table name; 3304 implementation of #-
operator; 3305 Set part of a jsonb; 3306 Indented text from jsonb; 3320 set given weight for given
lexemes; 3322 expand tsvector to set of rows; 3326 convert tsvector to array of lexemes; 3327
build tsvector from array of lexemes; 3329 show config file settings; 3330,3820 current wal flush
location; 3334 convert a size in human-readable format with size units into bytes; 3352 partition
key description; 3360,5066 commit status of transaction; 3376 get array of PIDs of sessions
blocking specified backend PID from acquiring a safe snapshot; 3378 isolationtester support
function; 3382 get identification of SQL object for pg_get_object_address(); 3396,3397 find first
match for regexp; 3400 pg_config binary as a function; 3401 show pg_hba.conf rules; 3403 is
statistics object visible in search path?; 3408 partition constraint description; 3415 extended
statistics object description; 3419 SHA-224 hash; 3420 SHA-256 hash; 3421 SHA-384 hash; 3422
SHA-512 hash; 3423 view partition tree tables; 3424 get top-most partition root parent; 3425 view
ancestors of the partition; 3432 generate random UUID; 3436 promote standby server; 3441
pg_controldata general state information as a function; 3442 pg_controldata checkpoint state
information as a function; 3443 pg_controldata recovery state information as a function; 3444
pg_controldata init state information as a function; 3445 import collations from operating system;
3448 get actual version of collation from operating system; 3449 convert jsonb to numeric; 3450
convert jsonb to int2; 3451 convert jsonb to int4; 3452 convert jsonb to int8; 3453 convert jsonb
to float4; 3454 relation OID for filenode and tablespace; 3457 create new large object with given
content; 3458 read entire large object; 3459 read large object from offset for length; 3460 write
data at offset; 3461 construct timestamp; 3462,3463 construct timestamp with time zone; 3464
construct interval; 3465 elements of jsonb array; 3475,3491 get set of records with fields from a
jsonb array of objects; 3476 convert operator name to regoperator; 3479 convert proname to
regprocedure; 3492 convert operator name to regoper; 3493 convert type name to regtype; 3494
convert proname to regproc; 3495 convert classname to regclass; 3526 maximum value of all enum
input values; 3527 minimum value of all enum input values; 3528 first value of the input enum
type; 3529 last value of the input enum type; 3530 range between the two given enum values, as an
ordered array; 3531 range of the given enum type, as an ordered array; 3537 get identification of
SQL object; 3538 concatenate aggregate input into a string; 3539,3540 format text message; 3545
concatenate aggregate input into a bytea; 3556 convert jsonb to boolean; 3564 maximum value of all
inet input values; 3565 minimum value of all inet input values; 3566 list objects dropped by the
current command; 3579 Insert value into a jsonb; 3581 get commit timestamp of a transaction; 3583
get transaction Id, commit timestamp and replication origin of latest transaction commit; 3623
strip position information; 3624 set given weight for whole tsvector; 3634,3635,3760,3761,4011
implementation of @@ operator; 3671 implementation of !! operator; 3672 number of nodes; 3673 show
real useful query for GiST index; 3688 tsvector typanalyze; 3696 implementation of ^@ operator;
3711 number of lexemes; 3749 transform to tsvector; 3750 make tsquery; 3751,5001,5009 transform to
tsquery; 3756 is text search parser visible in search path?; 3757 is text search dictionary
visible in search path?; 3758 is text search configuration visible in search path?; 3768 is text
search template visible in search path?; 3778 tablespace location; 3779 create a physical
replication slot; 3780 drop a replication slot; 3781 information about replication slots currently
in use; 3786 set up a logical replication slot; 3787 map input to jsonb; 3800,3801 current logging
collector file location; 3808 function argument default; 3809 export a snapshot; 3810 true if
server is in recovery; 3811 convert int4 to money; 3812 convert int8 to money; 3815 is collation
visible in search path?; 3816 array typanalyze; 3819 view members of a multixactid; 3821 last wal
replay location; 3823 convert money to numeric; 3824 convert numeric to money; 3829 is opfamily
visible in search path?; 3830 timestamp of last replay xact; 3839 get machine-parseable
identification of SQL object; 3840,3841 int4range constructor; 3842 is a relation
insertable/updatable/deletable; 3843 is a column updatable; 3844,3845 numrange constructor; 3846
construct date; 3847 construct time; 3848 lower bound of range; 3849 upper bound of range; 3851 is
the range's lower bound inclusive?; 3852 is the range's upper bound inclusive?; 3853 is the
range's lower bound infinite?; 3854 is the range's upper bound infinite?; 3862,4255,4256,4257
implementation of -|- operator; 3865,4264,4265,4266 implementation of &< operator;
3866,4267,4268,4269 implementation of &> operator; 3914 convert an int4 range to canonical form;
3915 convert a date range to canonical form; 3916 range typanalyze; 3922 float8 difference of two
int4 values; 3923 float8 difference of two int8 values; 3924 float8 difference of two numeric
values; 3925 float8 difference of two date values; 3928 convert an int8 range to canonical form;
3929 float8 difference of two timestamp values; 3930 float8 difference of two timestamp with time
zone values; 3931 get jsonb object keys; 3933,3934 tsrange constructor; 3935 sleep for the
specified interval; 3936 sleep until the specified time; 3937,3938 tstzrange constructor; 3939 age
of a multi-transaction ID, in multi-transactions before current multi-transaction; 3940 get value
from jsonb as text with path elements; 3941,3942 daterange constructor; 3943 show hardwired
default privileges, primarily for use by the information schema; 3945,3946 int8range constructor;
3951 get value from json with path elements; 3953 get value from json as text with path elements;
3954 get OID-based object address from name/args arrays; 3955,3958,3959 key value pairs of a json
object; 3956 length of json array; 3957 get json object keys; 3968 get the type of a json value;
3969 elements of json array; 3972 discrete percentile; 3974,3976 continuous distribution
percentile; 3978 multiple discrete percentiles; 3980,3982 multiple continuous percentiles; 3984
most common value; 3986 rank of hypothetical row; 3988 fractional rank of hypothetical row; 3990
cumulative distribution of hypothetical row; 3992 rank of hypothetical row without gaps; 4005
jsonpath exists test; 4006 jsonpath query; 4007 jsonpath query wrapped into array; 4008 jsonpath
query first item; 4009 jsonpath match; 4010 implementation of @? operator; 4032 sequence last
value; 4047 implementation of ? operator; 4049 implementation of ?& operator; 4086 convert
namespace name to regnamespace; 4091 convert point to empty box; 4093 convert role name to
regrole; 4099 rotate log file - old version for adminpack 1.0; 4100 read text from a file - old
version for adminpack 1.0; 4123 convert macaddr to macaddr8; 4124 convert macaddr8 to macaddr;
4189 maximum value of all pg_lsn input values; 4190 minimum value of all pg_lsn input values; 4195
convert classname to regcollation; 4209 transform string values from jsonb to tsvector; 4210
transform string values from json to tsvector; 4213 transform specified values from jsonb to
tsvector; 4215 transform specified values from json to tsvector; 4220 copy a physical replication
slot, changing temporality; 4221 copy a physical replication slot; 4222 copy a logical replication
slot, changing temporality and plugin; 4223 copy a logical replication slot, changing temporality;
4224 copy a logical replication slot; 4228 the smallest range which includes the whole multirange;
4235 lower bound of multirange; 4236 upper bound of multirange; 4237 is the multirange empty?;
4238 is the multirange's lower bound inclusive?; 4239 is the multirange's upper bound inclusive?;
4240 is the multirange's lower bound infinite?; 4241 is the multirange's upper bound infinite?;
4242 multirange typanalyze; 4280,4281,4282 int4multirange constructor; 4283,4284,4285
nummultirange constructor; 4286,4287,4288 tsmultirange constructor; 4289,4290,4291 tstzmultirange
constructor; 4292,4293,4294 datemultirange constructor; 4295,4296,4297 int8multirange constructor;
4298 anymultirange cast; 4301,6227 combine aggregate input into a multirange; 4350 Unicode
normalization; 4351 check Unicode normalization; 4389,4450 range aggregate by intersecting; 4543
log memory contexts of the specified backend; 4566 return Oid of the table getting rewritten; 4567
return reason code for table getting rewritten; 4568 list DDL actions being executed by the
current command; 5004 phrase-concatenate with distance; 5028 hash partition CHECK constraint; 5042
minimum scale needed to represent the value; 5043 numeric with minimum scale needed to represent
the value; 5044,5045,5048 greatest common divisor; 5046,5047,5049 least common multiple; 5052
allocations from the main shared memory segment; 5054 Set part of a jsonb, handle NULL value; 5064
get set of in-progress transactions in snapshot; 5065 is xid8 visible in snapshot?; 5071 convert
xid8 to xid; 5099 maximum value of all xid8 input values; 5100 minimum value of all xid8 input
values; 6014 get progress for all replication origins; 6098 jsonb subscripting logic; 6119 get
information of tables in a publication; 6120 oid of replica identity index if any; 6121 returns
whether a relation can be part of a publication; 6159 list of catalog foreign key relationships;
6162,6163 number of set bits; 6164 bitwise-xor smallint aggregate; 6165 bitwise-xor integer
aggregate; 6166 bitwise-xor bigint aggregate; 6167 bitwise-xor bit aggregate; 6168 get commit
timestamp and replication origin of a transaction; 6172 remove last N elements of array; 6173
extended statistics expressions; 6174 extended statistics columns; 6177 bin timestamp into
specified interval; 6178 bin timestamp with time zone into specified interval; 6179 standard array
subscripting support; 6180 raw array subscripting support; 6195 trim selected bytes from left end
of string; 6196 trim selected bytes from right end of string; 6197 function SQL body; 6198
unescape Unicode characters; 6205 user privilege on parameter by username, parameter name; 6206
user privilege on parameter by user oid, parameter name; 6207 current user privilege on parameter
by parameter name; 6240 return flags for specified GUC; 6241 stop making pinned objects during
initdb; 6249 get actual version of database collation from operating system; 6250 show
pg_ident.conf mappings; 6254,6255,6256 count regexp matches; 6257,6258,6259,6260,6261,6262
position of regexp match; 6263,6264 test for regexp match; 6265,6266,6267,6268,6269 extract
substring that matches regexp;
`;
