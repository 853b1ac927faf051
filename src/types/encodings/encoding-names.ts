/** PostgreSQL's encodings: names, numbers and other names (encnames.c). */

/** By number. */
export const encodingNames = [
  ...['SQL_ASCII', 'EUC_JP', 'EUC_CN', 'EUC_KR', 'EUC_TW', 'EUC_JIS_2004', 'UTF8'],
  ...['MULE_INTERNAL', 'LATIN1', 'LATIN2', 'LATIN3', 'LATIN4', 'LATIN5', 'LATIN6', 'LATIN7'],
  ...['LATIN8', 'LATIN9', 'LATIN10', 'WIN1256', 'WIN1258', 'WIN866', 'WIN874', 'KOI8R'],
  ...['WIN1251', 'WIN1252', 'ISO_8859_5', 'ISO_8859_6', 'ISO_8859_7', 'ISO_8859_8', 'WIN1250'],
  ...['WIN1253', 'WIN1254', 'WIN1255', 'WIN1257', 'KOI8U', 'SJIS', 'BIG5', 'GBK', 'UHC'],
  ...['GB18030', 'JOHAB', 'SHIFT_JIS_2004'],
] as const;

export type EncodingName = (typeof encodingNames)[number];

const otherNames: Readonly<Record<string, EncodingName>> = {
  abc: 'WIN1258',
  alt: 'WIN866',
  iso88591: 'LATIN1',
  iso88592: 'LATIN2',
  iso88593: 'LATIN3',
  iso88594: 'LATIN4',
  iso88599: 'LATIN5',
  iso885910: 'LATIN6',
  iso885913: 'LATIN7',
  iso885914: 'LATIN8',
  iso885915: 'LATIN9',
  iso885916: 'LATIN10',
  koi8: 'KOI8R',
  mskanji: 'SJIS',
  shiftjis: 'SJIS',
  tcvn: 'WIN1258',
  tcvn5712: 'WIN1258',
  unicode: 'UTF8',
  vscii: 'WIN1258',
  win: 'WIN1251',
  win932: 'SJIS',
  win936: 'GBK',
  win949: 'UHC',
  win950: 'BIG5',
};

const byName = new Map<string, EncodingName>([
  ...encodingNames.map((name) => [bareName(name), name] as const),
  ...Object.entries(otherNames),
]);

/** Case and everything but letters and digits do not count. */
export function findEncoding(text: string): EncodingName | undefined {
  const name = bareName(text);
  return byName.get(name) ?? byName.get(name.replace(/^windows(?=\d)/, 'win'));
}

/** -1 for no encoding. */
export function encodingNumber(text: string): number {
  const name = findEncoding(text);
  return name === undefined ? -1 : encodingNames.indexOf(name);
}

function bareName(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

const fourBytes: ReadonlySet<string> = new Set(['UTF8', 'EUC_TW', 'MULE_INTERNAL', 'GB18030']);
const threeBytes: ReadonlySet<string> = new Set([
  ...['EUC_JP', 'EUC_CN', 'EUC_KR', 'EUC_JIS_2004', 'JOHAB'],
]);
const twoBytes: ReadonlySet<string> = new Set([
  ...['SJIS', 'BIG5', 'GBK', 'UHC', 'SHIFT_JIS_2004'],
]);

/** By the encoding's number; null for none. */
export function characterBytesMax(number: number): number | null {
  const name = encodingNames[number];
  if (name === undefined) return null;
  return fourBytes.has(name) ? 4 : threeBytes.has(name) ? 3 : twoBytes.has(name) ? 2 : 1;
}
