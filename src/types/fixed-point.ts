/** exp and ln over bigints scaled by a power of ten: y means y × 10^-precision. */
import { divideRounded, powerOfTen, rescaled } from './numeric.ts';

const guard = 10;
const halvings = 8n;

let tenLog: { readonly precision: number; readonly digits: bigint } | undefined;

function lnOfTen(precision: number): bigint {
  if (tenLog === undefined || tenLog.precision < precision) {
    const wide = precision + 50;
    tenLog = { precision: wide, digits: refineLn(10n * powerOfTen(wide), Math.LN10, wide) };
  }
  return rescaled(tenLog.digits, tenLog.precision, precision);
}

/** e^value as mantissa × 10^exponent, the mantissa at the same precision. */
export function expFixed(
  value: bigint,
  precision: number,
): { readonly mantissa: bigint; readonly exponent: number } {
  const wide = precision + guard;
  const scaled = value * powerOfTen(guard);
  const log = lnOfTen(wide + 8);
  const exponent = divideRounded(scaled * powerOfTen(8), log);
  const rest = scaled - divideRounded(exponent * log, powerOfTen(8));
  const mantissa = divideRounded(expSmall(rest, wide), powerOfTen(guard));
  return { mantissa, exponent: Number(exponent) };
}

/** e^value for |value| < 2 by Taylor's series of value / 2^8, then squared back. */
function expSmall(value: bigint, precision: number): bigint {
  const extra = 8;
  const wide = precision + extra;
  const unit = powerOfTen(wide);
  const reduced = (value * powerOfTen(extra)) >> halvings;
  let sum = unit;
  let term = unit;
  for (let n = 1n; term !== 0n; n += 1n) {
    term = (term * reduced) / (unit * n);
    sum += term;
  }
  for (let i = 0n; i < halvings; i += 1n) sum = (sum * sum) / unit;
  return divideRounded(sum, powerOfTen(extra));
}

/** ln of a positive decimal, at a precision. */
export function lnFixed(digits: bigint, scale: number, precision: number): bigint {
  const wide = precision + guard;
  const length = digits.toString().length;
  const exponent = length - 1 - scale;
  const mantissa = rescaled(digits, length - 1, wide);
  const start = Math.log(Number(rescaled(digits, length - 1, 17)) / 1e17);
  const log = refineLn(mantissa, start, wide);
  return divideRounded(log + BigInt(exponent) * lnOfTen(wide), powerOfTen(guard));
}

/** Halley's method from a double: each step triples the digits that are right. */
function refineLn(value: bigint, start: number, precision: number): bigint {
  let log = rescaled(BigInt(Math.round(start * 1e15)), 15, precision);
  const unit = powerOfTen(precision);
  for (let right = 14; right < precision; right *= 3) {
    const power = expSmall(log, precision);
    log += (2n * unit * (value - power)) / (value + power);
  }
  return log;
}
