/** Zone abbreviations: what PostgreSQL's default set accepts, and what zones call their times. */

/** Minutes east of UTC, standard time and summer time abbreviations. */
const accepted: readonly (readonly [minutes: number, standard: string, summer: string])[] = [
  [-660, 'NUT', ''],
  [-600, 'CKT HST TAHT', ''],
  [-570, 'MART', ''],
  [-540, 'AKST GAMT', ''],
  [-480, 'PST', 'AKDT'],
  [-420, 'MST', 'PDT'],
  [-360, 'CST GALT', 'MDT'],
  [-300, 'ACT COT EST PET', 'CDT EASST EAST'],
  [-240, 'AMT AST BOT GYT VET', 'EDT'],
  [-210, 'NFT NST', ''],
  [-180, 'ARST ART BRA BRT FKST FKT GFT PMST PYT UYT WGT', 'ADT CLST CLT PYST'],
  [-150, '', 'NDT'],
  [-120, 'FNT', 'BRST PMDT UYST WGST'],
  [-60, 'AZOT EGT', 'FNST'],
  [0, 'GMT UCT UT UTC WET Z ZULU', 'AZOST EGST'],
  [60, 'CET MET MEZ WAT', 'BST WETDST'],
  [120, 'EET IST SAST', 'BDST CEST CETDST MEST MESZ METDST'],
  [180, 'EAT FET MSK VOLT', 'EEST EETDST IDT'],
  [210, 'IRT', ''],
  [240, 'AMST AZST AZT GEST GET MUT RET SCT', 'MSD'],
  [270, 'AFT', ''],
  [300, 'MAWT MVT PKT TFT TJT TMT UZT YEKT', 'MUST'],
  [330, 'LKT', ''],
  [345, 'NPT', ''],
  [360, 'ALMT BDT BTT IOT KGT OMSST OMST XJT', 'KGST PKST UZST YEKST'],
  [390, 'MMT', ''],
  [420, 'CXT DAVT ICT KRAST KRAT NOVST NOVT WAST', 'ALMST'],
  [480, 'AWST BNT BORT CCT HKT IRKST IRKT MYT PHT SGT ULAT', 'WADT'],
  [525, 'ACWST', ''],
  [540, 'JAYT JST KST PWT YAKST YAKT', 'AWSST ULAST WDT'],
  [570, 'ACST CAST', ''],
  [600, 'AEST CHUT DDUT LIGT MPT PGT TRUT VLAST VLAT YAPT', 'KDT'],
  [630, 'LHST', 'ACDT ACSST CADT SADT'],
  [660, 'KOST MAGST MAGT PONT VUT', 'AEDT AESST LHDT'],
  [720, 'ANAST ANAT FJT GILT MHT NZST NZT PETST PETT TVT WAKT WFT', ''],
  [765, 'CHAST', ''],
  [780, 'TKT TOT', 'FJST NZDT'],
  [825, '', 'CHADT'],
  [840, 'LINT', ''],
];

export interface ZoneAbbreviation {
  readonly offsetSeconds: number;
  readonly isSummer: boolean;
}

function abbreviationsOf(names: string, minutes: number, isSummer: boolean) {
  const meaning: ZoneAbbreviation = { offsetSeconds: minutes * 60, isSummer };
  return names === '' ? [] : names.split(' ').map((name) => [name, meaning] as const);
}

const byName = new Map<string, ZoneAbbreviation>(
  accepted.flatMap(([minutes, standard, summer]) => [
    ...abbreviationsOf(standard, minutes, false),
    ...abbreviationsOf(summer, minutes, true),
  ]),
);

export function findAbbreviation(text: string): ZoneAbbreviation | undefined {
  return byName.get(text.toUpperCase());
}

/** Every abbreviation, for pg_timezone_abbrevs. */
export function allAbbreviations(): ReadonlyMap<string, ZoneAbbreviation> {
  return byName;
}

/** Names by minutes east of UTC for zones that match; the first match counts. */
const shownNames: readonly (readonly [RegExp, Readonly<Record<number, string>>])[] = [
  [/^Europe\/Dublin$/, { 0: 'GMT', 60: 'IST' }],
  [/^Europe\/(London|Belfast|Guernsey|Jersey|Isle_of_Man)$/, { 0: 'GMT', 60: 'BST' }],
  [/^(Europe\/Lisbon|Atlantic\/(Madeira|Canary|Fa))/, { 0: 'WET', 60: 'WEST' }],
  [/^Europe\/(Moscow|Kirov|Volgograd|Simferopol)$/, { 180: 'MSK', 240: 'MSD' }],
  [/^Europe\/(Istanbul|Minsk|Samara|Saratov|Astrakhan|Ulyanovsk)$/, {}],
  [
    /^Europe\/(Athens|Bucharest|Chisinau|Helsinki|Kyiv|Kiev|Mariehamn|Nicosia|Riga|Sofia)$/,
    { 120: 'EET', 180: 'EEST' },
  ],
  [/^Europe\/(Tallinn|Tiraspol|Uzhgorod|Vilnius|Zaporozhye)$/, { 120: 'EET', 180: 'EEST' }],
  [/^Europe\/Kaliningrad$/, { 120: 'EET' }],
  [/^(Europe|Arctic)\/|^Africa\/(Algiers|Tunis|Ceuta)$/, { 60: 'CET', 120: 'CEST' }],
  [/^Asia\/(Gaza|Hebron|Beirut|Famagusta|Nicosia)$/, { 120: 'EET', 180: 'EEST' }],
  [/^Africa\/(Cairo|Tripoli)$/, { 120: 'EET', 180: 'EEST' }],
  [/^Africa\/(Johannesburg|Maseru|Mbabane)$/, { 120: 'SAST' }],
  [/^Africa\/(Casablanca|El_Aaiun)$/, {}],
  [
    /^(Africa|Indian)\/(?!Ma[hu]|Maldives|Reunion|Ch|Cocos|Ker)/,
    zones('0 GMT 60 WAT 120 CAT 180 EAT'),
  ],
  [/^Atlantic\/(Reykjavik|St_Helena)$/, { 0: 'GMT' }],
  [/^Asia\/(Kolkata|Calcutta)$/, { 330: 'IST' }],
  [/^(Asia\/(Jerusalem|Tel_Aviv)|Israel)$/, { 120: 'IST', 180: 'IDT' }],
  [/^(Asia\/Tokyo|Japan)$/, { 540: 'JST' }],
  [/^(Asia\/(Seoul|Pyongyang)|ROK)$/, { 540: 'KST' }],
  [/^(Asia\/(Shanghai|Chongqing|Harbin|Taipei|Macau)|PRC|ROC)$/, { 480: 'CST', 540: 'CDT' }],
  [/^(Asia\/Hong_Kong|Hongkong)$/, { 480: 'HKT', 540: 'HKST' }],
  [/^Asia\/Karachi$/, { 300: 'PKT', 360: 'PKST' }],
  [/^Asia\/Manila$/, { 480: 'PST', 540: 'PDT' }],
  [/^Asia\/(Jakarta|Pontianak|Makassar|Jayapura)$/, zones('420 WIB 480 WITA 540 WIT')],
  [/^Australia\/(Perth|West)$/, { 480: 'AWST', 540: 'AWDT' }],
  [/^Australia\//, zones('570 ACST 630 ACDT 600 AEST 660 AEDT')],
  [/^(Pacific\/Auckland|NZ|Antarctica\/(McMurdo|South_Pole))$/, { 720: 'NZST', 780: 'NZDT' }],
  [/^Pacific\/(Guam|Saipan)$/, { 600: 'ChST' }],
  [/^Pacific\/(Pago_Pago|Midway|Samoa)$/, { [-660]: 'SST' }],
  [/^(CET|MET|EET|WET)$/, zones('0 WET 60 CET 120 EET')],
  [/^(GMT|Etc\/(GMT|Greenwich)|Greenwich|GMT0)$/, { 0: 'GMT' }],
  [/^(UTC|UCT|Zulu|Universal|Etc\/(UTC|UCT|Zulu|Universal))$/i, { 0: 'UTC' }],
];

function zones(text: string): Readonly<Record<number, string>> {
  const words = text.split(' ');
  const names: Record<number, string> = {};
  for (let i = 0; i < words.length; i += 2) names[Number(words[i])] = words[i + 1] ?? '';
  return names;
}

/** The name a zone gives its time at an offset, where it has letters at all. */
export function zoneTimeName(zone: string, offsetSeconds: number): string | undefined {
  const known = shownNames.find(([pattern]) => pattern.test(zone));
  return known?.[1][offsetSeconds / 60];
}
