/** Quoting for SQL text: identifiers, literals, format(). */
import { SqlError } from '../../errors/sql-error.ts';
import { isReservedWord } from './reserved-words.ts';

export function quoteIdentifier(name: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !isReservedWord(name)) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** format('%s %I %L', …): `%n$`, `-` and width as PostgreSQL's. */
export function formatMessage(pattern: string, args: readonly (string | null)[]): string {
  let next = 0;
  return pattern.replaceAll(
    /%(?:(%)|(?:(\d+)\$)?(-)?(\d+|\*(?:(\d+)\$)?)?([a-zA-Z])?)/g,
    (...match: (string | undefined)[]) => {
      const [, percent, place, minus, width, widthPlace, kind] = match;
      if (percent !== undefined) return '%';
      let size = Number(width ?? 0);
      if (Number(place ?? 1) === 0 || Number(widthPlace ?? 1) === 0) throw argumentZero();
      if (width?.startsWith('*') === true) {
        if (widthPlace !== undefined) next = Number(widthPlace) - 1;
        size = Number(takeArgument(args, next++) ?? 0);
      }
      if (place !== undefined) next = Number(place) - 1;
      const text = formatOne(kind, takeArgument(args, next++));
      const leftAligned = minus !== undefined || size < 0;
      return leftAligned ? text.padEnd(Math.abs(size)) : text.padStart(Math.abs(size));
    },
  );
}

function argumentZero(): SqlError {
  const message = 'format specifies argument 0, but arguments are numbered from 1';
  return new SqlError('invalid_parameter_value', message);
}

function takeArgument(args: readonly (string | null)[], index: number): string | null {
  const value = args[index];
  if (value !== undefined) return value;
  throw new SqlError('invalid_parameter_value', 'too few arguments for format()');
}

function formatOne(kind: string | undefined, value: string | null): string {
  if (kind === 's') return value ?? '';
  if (kind === 'L') return value === null ? 'NULL' : quoteLiteral(value);
  if (kind === 'I') {
    if (value !== null) return quoteIdentifier(value);
    const message = 'null values cannot be formatted as an SQL identifier';
    throw new SqlError('null_value_not_allowed', message);
  }
  if (kind === undefined) {
    throw new SqlError('invalid_parameter_value', 'unterminated format() type specifier', {
      hint: 'For a single "%" use "%%".',
    });
  }
  throw new SqlError('invalid_parameter_value', `unrecognized format() type specifier "${kind}"`, {
    hint: 'For a single "%" use "%%".',
  });
}
