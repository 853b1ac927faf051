/** ISO 8601 durations: `P1Y2M3DT4H5M6.7S`, `P2W`, and the form `P0001-02-03T04:05:06`. */
import { addUnits, type IntervalFields } from './interval-parse.ts';

const dateUnits = { Y: 'year', M: 'month', W: 'week', D: 'day' } as const;
const timeUnits = { H: 'hour', M: 'minute', S: 'second' } as const;

/** Undefined when the text is no duration. */
export function parseIsoInterval(text: string): IntervalFields | undefined {
  if (!text.startsWith('P') || text.length < 2) return undefined;
  const fields: IntervalFields = { years: 0, months: 0, days: 0, micros: 0n };
  const timeAt = text.indexOf('T');
  const datePart = timeAt < 0 ? text.slice(1) : text.slice(1, timeAt);
  const timePart = timeAt < 0 ? undefined : text.slice(timeAt + 1);
  if (!addAlternative(fields, datePart) && !addDesignated(fields, datePart, dateUnits)) {
    return undefined;
  }
  if (timePart === undefined || timePart === '') return fields;
  if (addAlternativeTime(fields, timePart) || addDesignated(fields, timePart, timeUnits)) {
    return fields;
  }
  return undefined;
}

function addDesignated(
  fields: IntervalFields,
  text: string,
  units: Readonly<Record<string, Parameters<typeof addUnits>[1]>>,
): boolean {
  const pattern = /([+-]?\d*(?:\.\d*)?(?:[eE][+-]?\d+)?)([A-Z])/gy;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const unit = units[match[2] ?? ''];
    const number = Number(match[1]);
    if (unit === undefined || !/\d/.test(match[1] ?? '')) return false;
    addUnits(fields, unit, ...partsOf(number));
    end = match.index + match[0].length;
  }
  return end === text.length;
}

/** Whole part and fraction, as double precision has them. */
function partsOf(number: number): readonly [bigint, number] {
  const whole = Math.trunc(number);
  return [BigInt(whole), number - whole];
}

function addAlternative(fields: IntervalFields, text: string): boolean {
  const match = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? /^(-?\d+)(?:-(\d+)(?:-(\d+))?)?$/.exec(text);
  if (match === null) return false;
  fields.years += Number(match[1]);
  fields.months += Number(match[2] ?? 0);
  fields.days += Number(match[3] ?? 0);
  return true;
}

function addAlternativeTime(fields: IntervalFields, text: string): boolean {
  if (/^-?(?:\d{1,5}|\d{7,})(?:\.\d*)?$/.test(text)) {
    addUnits(fields, 'hour', ...partsOf(Number(text)));
    return true;
  }
  const match =
    /^(-?\d+):(\d+)(?::(\d+)(\.\d+)?)?$/.exec(text) ?? /^(\d\d)(\d\d)(\d\d)(\.\d+)?$/.exec(text);
  if (match === null) return false;
  addUnits(fields, 'hour', BigInt(match[1] ?? 0), 0);
  addUnits(fields, 'minute', BigInt(match[2] ?? 0), 0);
  addUnits(fields, 'second', BigInt(match[3] ?? 0), Number(`0${match[4] ?? ''}`));
  return true;
}
