/** Sizes for people: pg_size_pretty and pg_size_bytes. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Numeric } from '../../types/datum.ts';
import {
  absolute,
  divideRounded,
  formatNumeric,
  multiplyNumeric,
  parseNumeric,
  powerOfTen,
} from '../../types/numeric.ts';

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const limit = 10n * 1024n;

/** Halves round away from zero; the unit grows when ten thousand of the next are reached. */
export function sizePretty(bytes: bigint): string {
  if (absolute(bytes) < limit) return `${bytes} bytes`;
  let half = bytes / 512n;
  let unit = 1;
  while (unit < units.length - 1 && absolute(half) >= 20n * 1024n - 1n) {
    half /= 1024n;
    unit += 1;
  }
  return `${halfRounded(half)} ${units[unit]}`;
}

function halfRounded(half: bigint): bigint {
  return (half + (half < 0n ? -1n : 1n)) / 2n;
}

export function numericSizePretty(bytes: Numeric): string {
  if (bytes.special !== undefined) return `${formatNumeric(bytes)} bytes`;
  const whole = bytes.digits / powerOfTen(bytes.scale);
  return absolute(whole) < limit ? `${formatNumeric(bytes)} bytes` : sizePretty(whole);
}

const multipliers: Readonly<Record<string, bigint | undefined>> = {
  '': 1n,
  bytes: 1n,
  b: 1n,
  kb: 2n ** 10n,
  mb: 2n ** 20n,
  gb: 2n ** 30n,
  tb: 2n ** 40n,
  pb: 2n ** 50n,
};

export function sizeBytes(text: string): bigint {
  const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*$/.exec(text);
  if (match === null) throw new SqlError('invalid_parameter_value', `invalid size: "${text}"`);
  const unit = match[2] ?? '';
  const multiplier = multipliers[unit.toLowerCase()];
  if (multiplier === undefined) {
    throw new SqlError('invalid_parameter_value', `invalid size: "${text}"`, {
      detail: `Invalid size unit: "${unit}".`,
      hint: 'Valid units are "bytes", "kB", "MB", "GB", "TB", and "PB".',
    });
  }
  const product = multiplyNumeric(parseNumeric(match[1] ?? '0'), { digits: multiplier, scale: 0 });
  const bytes = divideRounded(product.digits, powerOfTen(product.scale));
  if (BigInt.asIntN(64, bytes) === bytes) return bytes;
  throw new SqlError('numeric_value_out_of_range', 'bigint out of range');
}
