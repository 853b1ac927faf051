/** Small pieces of date/time text: fractions of seconds, zone offsets, padded numbers. */
import { SqlError } from '../errors/sql-error.ts';

/** µs of `.5`, rounded to six digits. */
export function fractionMicros(text: string): number {
  if (text === '' || text === '.') return 0;
  return Math.round(Number(`0${text}`) * 1_000_000);
}

/** Seconds east of UTC of `+05`, `-0330`, `+05:30:15`; undefined when it is none. */
export function parseOffset(text: string, input: string): number | undefined {
  const match = /^([+-])(\d+)(?::(\d+)(?::(\d+))?)?/.exec(text);
  if (match === null) return undefined;
  const isWhole = match[0].length === text.length;
  let hours = Number(match[2]);
  let minutes = Number(match[3] ?? 0);
  if (match[3] === undefined && isWhole && text.length > 3) {
    minutes = hours % 100;
    hours = Math.floor(hours / 100);
  }
  const seconds = Number(match[4] ?? 0);
  if (hours > 15 || minutes > 59 || seconds > 59) {
    throw new SqlError(
      'invalid_time_zone_displacement_value',
      `time zone displacement out of range: "${input}"`,
    );
  }
  if (!isWhole) return undefined;
  const size = hours * 3600 + minutes * 60 + seconds;
  return match[1] === '-' ? -size : size;
}

export function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

export function two(value: number): string {
  return value < 10 && value >= 0 ? `0${value}` : String(value);
}

/** `.5` of 500000 µs; nothing of 0. */
export function formatFraction(micros: number): string {
  return micros === 0 ? '' : `.${pad(micros, 6).replace(/0+$/, '')}`;
}

/** +02, -03:30, +00:53:28. */
export function formatOffset(offsetSeconds: number): string {
  const size = Math.abs(offsetSeconds);
  const minutes = Math.floor(size / 60) % 60;
  const seconds = size % 60;
  const tail = seconds === 0 ? '' : `:${two(seconds)}`;
  const middle = minutes === 0 && seconds === 0 ? '' : `:${two(minutes)}${tail}`;
  return `${offsetSeconds < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}${middle}`;
}
