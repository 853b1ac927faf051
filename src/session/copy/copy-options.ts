/** The options of a COPY statement. */
import { SqlError } from '../../errors/sql-error.ts';
import { copyFormat, type CopyFormat } from './copy-format.ts';

interface OptionNode {
  readonly DefElem?: {
    readonly defname?: string;
    readonly arg?: OptionValue;
    readonly location?: number;
  };
}

interface OptionValue {
  readonly String?: { readonly sval?: string };
  readonly Boolean?: { readonly boolval?: boolean };
  readonly Integer?: { readonly ival?: number };
  readonly List?: { readonly items?: readonly OptionValue[] };
  readonly A_Star?: unknown;
}

type Fields = { -readonly [K in keyof Omit<CopyFormat, 'format'>]?: CopyFormat[K] };

/** `columns` are the names that FORCE_QUOTE and friends may use. Errors: 42601, 22023, 0A000. */
export function copyOptions(
  options: unknown,
  columns: readonly string[],
  positionOf: (location: number) => number,
): CopyFormat {
  let format: CopyFormat['format'] = 'text';
  const fields: Fields = {};
  for (const { DefElem } of (options ?? []) as readonly OptionNode[]) {
    const name = DefElem?.defname ?? '';
    const { arg } = DefElem ?? {};
    const text = arg?.String?.sval ?? '';
    const position = positionOf(DefElem?.location ?? 0);
    if (name === 'format') format = formatOf(text, position);
    else readOption(name, { arg, text, columns, position }, fields);
  }
  checkCombination(format, fields);
  return copyFormat(format, fields);
}

function formatOf(text: string, position: number): CopyFormat['format'] {
  if (text === 'text' || text === 'csv' || text === 'binary') return text;
  throw new SqlError('invalid_parameter_value', `COPY format "${text}" not recognized`, {
    position,
  });
}

interface Given {
  readonly arg: OptionValue | undefined;
  readonly text: string;
  readonly columns: readonly string[];
  readonly position: number;
}

function readOption(name: string, given: Given, fields: Fields): void {
  switch (name) {
    case 'delimiter':
      fields.delimiter = oneByte('delimiter', given.text);
      return;
    case 'null':
      fields.nullText = given.text;
      return;
    case 'header':
      fields.header = headerOf(given);
      return;
    case 'quote':
      fields.quote = oneByte('quote', given.text);
      return;
    case 'escape':
      fields.escape = oneByte('escape', given.text);
      return;
    case 'force_quote':
      fields.forceQuote = columnSet(given);
      return;
    case 'force_not_null':
      fields.forceNotNull = columnSet(given);
      return;
    case 'force_null':
      fields.forceNull = columnSet(given);
      return;
    case 'encoding':
      if (/^utf-?8$/i.test(given.text)) return;
      throw new SqlError('feature_not_supported', `COPY encoding "${given.text}" is not supported`);
    case 'freeze':
      return;
    default:
      throw new SqlError('syntax_error', `option "${name}" not recognized`, {
        position: given.position,
      });
  }
}

function headerOf({ arg, text }: Given): CopyFormat['header'] {
  if (arg === undefined) return 'line';
  if (text.toLowerCase() === 'match') return 'match';
  const isOn = arg.Boolean?.boolval === true || arg.Integer?.ival === 1;
  return isOn || ['true', 'on', '1'].includes(text.toLowerCase()) ? 'line' : 'none';
}

function oneByte(what: string, text: string): string {
  if (Buffer.byteLength(text) === 1) return text;
  throw new SqlError('feature_not_supported', `COPY ${what} must be a single one-byte character`);
}

function columnSet({ arg, columns }: Given): ReadonlySet<number> {
  if (arg?.A_Star !== undefined) return new Set(columns.keys());
  const names = (arg?.List?.items ?? []).map((item) => item.String?.sval ?? '');
  return new Set(
    names.map((name) => {
      const index = columns.indexOf(name);
      if (index >= 0) return index;
      throw new SqlError('undefined_column', `column "${name}" does not exist`);
    }),
  );
}

function checkCombination(format: CopyFormat['format'], fields: Fields): void {
  const csvOnly = ['quote', 'escape', 'forceQuote', 'forceNotNull', 'forceNull'] as const;
  if (format !== 'csv') {
    const used = csvOnly.find((name) => fields[name] !== undefined);
    const words = used
      ?.replace('forceN', 'force n')
      .replace('forceQ', 'force q')
      .replace('notN', 'not n');
    if (used !== undefined) {
      throw new SqlError(
        'feature_not_supported',
        `COPY ${words?.toLowerCase()} available only in CSV mode`,
      );
    }
  }
  if (format === 'binary' && (fields.delimiter !== undefined || fields.nullText !== undefined)) {
    const which = fields.delimiter === undefined ? 'NULL' : 'DELIMITER';
    throw new SqlError('syntax_error', `cannot specify ${which} in BINARY mode`);
  }
}
