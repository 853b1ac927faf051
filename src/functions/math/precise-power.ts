/**
 * Powers with whole exponents in twice the precision of a double, so that 10 ^ -5 is 1e-05.
 * JavaScript's own power is an ulp off there (V8), C's is not.
 */

/** A number as the unevaluated sum high + low. */
type Pair = readonly [high: number, low: number];

const splitter = 2 ** 27 + 1;

function split(value: number): Pair {
  const scaled = splitter * value;
  const high = scaled - (scaled - value);
  return [high, value - high];
}

/** The product and its rounding error (Dekker). */
function exactProduct(a: number, b: number): Pair {
  const product = a * b;
  const [aHigh, aLow] = split(a);
  const [bHigh, bLow] = split(b);
  const error = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  return [product, error];
}

function multiply([aHigh, aLow]: Pair, [bHigh, bLow]: Pair): Pair {
  const [product, error] = exactProduct(aHigh, bHigh);
  const low = error + (aHigh * bLow + aLow * bHigh);
  const high = product + low;
  return [high, low - (high - product)];
}

function reciprocal([high, low]: Pair): number {
  const quotient = 1 / high;
  const [product, error] = exactProduct(quotient, high);
  return quotient + quotient * (1 - product - error - quotient * low);
}

/** Beyond these the parts of the products overflow or vanish. */
const exponentMax = 1024;
const sizeMax = 900;

export function preciseFloatPower(base: number, exponent: number): number {
  const plain = base ** exponent;
  const size = Math.abs(exponent * Math.log2(Math.abs(base)));
  const isWhole = Number.isInteger(exponent) && Math.abs(exponent) <= exponentMax;
  if (!isWhole || !(size < sizeMax) || base === 0) return plain;
  let result: Pair = [1, 0];
  let square: Pair = [base, 0];
  for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square);
    if (left > 1) square = multiply(square, square);
  }
  return exponent < 0 ? reciprocal(result) : result[0] + result[1];
}
