/** to_char, to_date, to_timestamp and to_number. */
import { daysFromCivil, microsPerDay } from '../../types/calendar.ts';
import type { Numeric } from '../../types/datum.ts';
import { intervalToChar, timestampToChar, timestampTzToChar } from '../../types/date-format.ts';
import { parseByTemplate } from '../../types/date-parse.ts';
import { checkDate, checkTimestamp, microsOfClock } from '../../types/instant.ts';
import { roundTimestamp } from '../../types/typmod.ts';
import { floatToChar, numericToChar } from '../../types/number-format.ts';
import { parseNumberByTemplate } from '../../types/number-parse.ts';
import { offsetOfLocal } from '../../types/time-zone.ts';
import { contextual, family, scalar } from '../define.ts';
import type { EvaluationContext, FunctionRecord } from '../function-record.ts';
import { epochOverload } from './make.ts';
import { sessionZone } from './session-zone.ts';

const define = family('formatting');

function toDate(text: string, template: string): number {
  const { year, month, day } = parseByTemplate(text, template);
  return checkDate(daysFromCivil(year, month, day));
}

function toTimestamp(context: EvaluationContext, text: string, template: string): bigint {
  const time = parseByTemplate(text, template);
  const clock = microsOfClock(time.hour, time.minute, time.second, time.micros);
  const local = BigInt(daysFromCivil(time.year, time.month, time.day)) * microsPerDay + clock;
  const seconds = Number(local / 1_000_000n);
  const offset = time.offset ?? offsetOfLocal(sessionZone(context), seconds);
  const micros = checkTimestamp(local - BigInt(offset) * 1_000_000n);
  return roundTimestamp(micros, time.secondDigits);
}

function integerToChar(value: number | bigint, template: string): string | null {
  return numberToChar({ digits: BigInt(value), scale: 0 }, template);
}

function numberToChar(value: Numeric, template: string): string {
  return template === '' ? '' : numericToChar(value, template);
}

export const formattingFunctions: readonly FunctionRecord[] = [
  define(
    'to_char',
    {
      text: 'a time, interval or number as text by a template',
      example: ["to_char(timestamp '2002-04-20 17:31:12.66', 'HH12:MI:SS')", '05:31:12'],
    },
    scalar('timestamp, text → text', timestampToChar),
    contextual('timestamptz, text → text', (context, micros: bigint, template: string) =>
      timestampTzToChar(micros, template, sessionZone(context)),
    ),
    scalar('interval, text → text', intervalToChar),
    scalar('numeric, text → text', numberToChar),
    scalar('int4, text → text', integerToChar),
    scalar('int8, text → text', integerToChar),
    scalar('float4, text → text', (value: number, template: string) =>
      template === '' ? '' : floatToChar(value, template, 6),
    ),
    scalar('float8, text → text', (value: number, template: string) =>
      template === '' ? '' : floatToChar(value, template, 15),
    ),
  ),
  define(
    'to_date',
    {
      text: 'a date read by a template',
      example: ["to_date('05 Dec 2000', 'DD Mon YYYY')", '2000-12-05'],
    },
    scalar('text, text → date', toDate, { volatility: 'stable' }),
  ),
  define(
    'to_timestamp',
    { text: 'a timestamp read by a template, or of seconds since 1970' },
    contextual('text, text → timestamptz', toTimestamp),
    epochOverload,
  ),
  define(
    'to_number',
    {
      text: 'a number read by a template',
      example: ["to_number('12,454.8-', '99G999D9S')", '-12454.8'],
    },
    scalar('text, text → numeric', parseNumberByTemplate, { volatility: 'stable' }),
  ),
];
