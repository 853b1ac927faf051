/** Session settings that shape values' text: DateStyle, IntervalStyle, TimeZone and friends. */

export interface FormatSettings {
  /** PostgreSQL's setting: output style and field order, `ISO, MDY`. */
  readonly dateStyle: string;
  /** postgres, postgres_verbose, sql_standard or iso_8601. */
  readonly intervalStyle: string;
  readonly timeZone: string;
  /** hex or escape. */
  readonly byteaOutput: string;
  readonly extraFloatDigits: number;
  /** µs since 1970 that 'now' and 'today' mean; the clock when absent. */
  readonly nowMicros?: bigint;
  /**
   * Names behind OIDs for the reg* types: facts `class_oid`, `proc_oid`, `namespace_oid` …
   * by name, `class_name`, `proc_name` … by OID.
   */
  readonly lookup?: (fact: string, key: string) => string | undefined;
}

export type DateOutput = 'ISO' | 'SQL' | 'Postgres' | 'German';
export type DateOrder = 'MDY' | 'DMY' | 'YMD';

export interface DateStyle {
  readonly output: DateOutput;
  readonly order: DateOrder;
}

export const defaultFormats: FormatSettings = {
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  timeZone: 'UTC',
  byteaOutput: 'hex',
  extraFloatDigits: 1,
};

const isoMdy: DateStyle = { output: 'ISO', order: 'MDY' };
const knownStyles = new Map<string, DateStyle>([['ISO, MDY', isoMdy]]);

export function dateStyleOf(formats: FormatSettings): DateStyle {
  const known = knownStyles.get(formats.dateStyle);
  if (known !== undefined) return known;
  const style = parseDateStyle(formats.dateStyle, isoMdy) ?? isoMdy;
  if (knownStyles.size < 64) knownStyles.set(formats.dateStyle, style);
  return style;
}

/** The style that `SET DateStyle` asks for, given the present one; undefined when it is no style. */
export function parseDateStyle(setting: string, current: DateStyle): DateStyle | undefined {
  let { output, order } = current;
  let hasOrder = false;
  for (const part of setting.split(',')) {
    const word = part
      .trim()
      .replace(/^['"]|['"]$/g, '')
      .toLowerCase();
    const style = outputWords[word];
    if (word === 'default') ({ output, order } = isoMdy);
    else if (style !== undefined) {
      output = style;
      if (word === 'german' && !hasOrder) order = 'DMY';
    } else {
      const asked = orderWord(word);
      if (asked === undefined) return undefined;
      order = asked;
      hasOrder = true;
    }
  }
  return { output, order };
}

export function formatDateStyle(style: DateStyle): string {
  return `${style.output}, ${style.order}`;
}

const outputWords: Readonly<Record<string, DateOutput | undefined>> = {
  iso: 'ISO',
  sql: 'SQL',
  postgres: 'Postgres',
  german: 'German',
};

function orderWord(word: string): DateOrder | undefined {
  if (word === 'ymd') return 'YMD';
  if (word === 'dmy' || word.startsWith('euro')) return 'DMY';
  if (word === 'mdy' || word === 'us' || word.startsWith('noneuro')) return 'MDY';
  return undefined;
}
