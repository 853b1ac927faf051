/** nextval and its like. Sequences live where the session does, so the statement runs there. */
import { unsupported } from '../../errors/sql-error.ts';
import { contextual, family } from '../define.ts';
import type { EvaluationContext, FunctionRecord, SequenceEffects } from '../function-record.ts';
import { factOf } from './catalog-facts.ts';

const define = family('system');
const volatile = { volatility: 'volatile' } as const;

function sequencesOf({ effects }: EvaluationContext): SequenceEffects {
  if (effects?.sequences === undefined) throw unsupported('a sequence in this place');
  return effects.sequences;
}

function setValue(context: EvaluationContext, oid: number, value: bigint, isCalled = true): bigint {
  sequencesOf(context).set(oid, value, isCalled);
  return value;
}

function lastValue(context: EvaluationContext, oid: number): bigint | null {
  const last = factOf(context, 'sequence_value', oid);
  return last === undefined ? null : BigInt(last);
}

export const sequenceFunctions: readonly FunctionRecord[] = [
  define(
    'nextval',
    { text: 'the next value of a sequence' },
    contextual(
      'regclass → int8',
      (context, oid: number) => sequencesOf(context).next(oid),
      volatile,
    ),
  ),
  define(
    'currval',
    { text: 'what this session got last from a sequence' },
    contextual(
      'regclass → int8',
      (context, oid: number) => sequencesOf(context).current(oid),
      volatile,
    ),
  ),
  define(
    'lastval',
    { text: 'what this session got last from any sequence' },
    contextual('→ int8', (context) => sequencesOf(context).current(undefined), volatile),
  ),
  define(
    'setval',
    { text: 'makes a sequence go on from a value' },
    contextual('regclass, int8 → int8', setValue, volatile),
    contextual('regclass, int8, bool → int8', setValue, volatile),
  ),
  define(
    'pg_sequence_last_value',
    { text: 'the last value of a sequence; NULL when none was handed out' },
    contextual('regclass → int8', lastValue, volatile),
  ),
];

const changing = new Set(['nextval', 'setval']);
const seeing = new Set(['currval', 'lastval', 'pg_sequence_last_value']);

export function handsOut(functionName: string): boolean {
  return changing.has(functionName);
}

/** Whether it sees what functions of handsOut() did. */
export function seesHandedOut(functionName: string): boolean {
  return seeing.has(functionName);
}

/** Functions that work only on the thread of their session. */
const sessionBound = new Set([
  'nextval',
  'currval',
  'lastval',
  'setval',
  'set_config',
  'pg_notify',
  'pg_cancel_backend',
  'pg_stat_statements_reset',
  'pg_terminate_backend',
  'pg_reload_conf',
]);

export function needsSession(functionName: string): boolean {
  return sessionBound.has(functionName) || /^pg_(try_)?advisory_/.test(functionName);
}
