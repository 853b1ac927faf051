/** Trigonometry in degrees, exact at the angles where the answer is (float.c's construction). */
import { finiteOnly, within } from './float-values.ts';

const radiansPerDegree = 0.0174532925199432957692;
const sine30 = Math.sin(30 * radiansPerDegree);
const oneMinusCosine60 = 1 - Math.cos(60 * radiansPerDegree);
const arcSineHalf = Math.asin(0.5);
const arcCosineHalf = Math.acos(0.5);
const arcTangentOne = Math.atan(1);

function sineTo30(degrees: number): number {
  return Math.sin(degrees * radiansPerDegree) / sine30 / 2;
}

function cosineTo60(degrees: number): number {
  return 1 - (1 - Math.cos(degrees * radiansPerDegree)) / oneMinusCosine60 / 2;
}

function firstSine(degrees: number): number {
  return degrees <= 30 ? sineTo30(degrees) : cosineTo60(90 - degrees);
}

function firstCosine(degrees: number): number {
  return degrees <= 60 ? cosineTo60(degrees) : sineTo30(90 - degrees);
}

const tangent45 = firstSine(45) / firstCosine(45);

interface Quadrant {
  readonly degrees: number;
  readonly sine: 1 | -1;
  readonly cosine: 1 | -1;
}

/** The angle in the first quadrant, and the signs that sine and cosine have. */
function reduced(value: number): Quadrant {
  let degrees = value % 360;
  let sine: 1 | -1 = 1;
  let cosine: 1 | -1 = 1;
  if (degrees < 0) {
    degrees = -degrees;
    sine = -1;
  }
  if (degrees > 180) {
    degrees = 360 - degrees;
    sine = sine === 1 ? -1 : 1;
  }
  if (degrees > 90) {
    degrees = 180 - degrees;
    cosine = -1;
  }
  return { degrees, sine, cosine };
}

function tangent(value: number): number {
  const { degrees, sine, cosine } = reduced(value);
  const size = firstSine(degrees) / firstCosine(degrees) / tangent45;
  const result = sine * cosine * size;
  return result === 0 ? 0 : result;
}

function cotangent(value: number): number {
  const { degrees, sine, cosine } = reduced(value);
  const size = firstCosine(degrees) / firstSine(degrees) / tangent45;
  const result = sine * cosine * size;
  return result === 0 ? 0 : result;
}

function infiniteAllowed(compute: (value: number) => number) {
  const checked = finiteOnly((value) => (Math.abs(value) === Infinity ? Number.NaN : value));
  return (value: number): number => compute(checked(value));
}

export const sineDegrees = infiniteAllowed((value) => {
  const { degrees, sine } = reduced(value);
  return sine * firstSine(degrees);
});

export const cosineDegrees = infiniteAllowed((value) => {
  const { degrees, cosine } = reduced(value);
  return cosine * firstCosine(degrees);
});

export const tangentDegrees = infiniteAllowed(tangent);
export const cotangentDegrees = infiniteAllowed(cotangent);

function firstArcSine(value: number): number {
  if (value <= 0.5) return (Math.asin(value) / arcSineHalf) * 30;
  return 90 - (Math.acos(value) / arcCosineHalf) * 60;
}

function firstArcCosine(value: number): number {
  if (value <= 0.5) return 90 - (Math.asin(value) / arcSineHalf) * 30;
  return (Math.acos(value) / arcCosineHalf) * 60;
}

export const arcSineDegrees = within(-1, 1, (value) =>
  value >= 0 ? firstArcSine(value) : -firstArcSine(-value),
);

export const arcCosineDegrees = within(-1, 1, (value) =>
  value >= 0 ? firstArcCosine(value) : 90 + firstArcSine(-value),
);

export function arcTangentDegrees(value: number): number {
  return (Math.atan(value) / arcTangentOne) * 45;
}

export function arcTangent2Degrees(y: number, x: number): number {
  return (Math.atan2(y, x) / arcTangentOne) * 45;
}
