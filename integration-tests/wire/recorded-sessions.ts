/** Sessions of clients as the bytes they send: what fuzzing mutates and cuts. */
import { build, type Fields } from './frontend-frames.ts';
import { goldenScenarios } from './golden-steps.ts';
import { hostileCases } from './hostile-cases.ts';

export interface RecordedSession {
  readonly name: string;
  /** After the login, one per message. */
  readonly frames: readonly Buffer[];
}

const ignored = /^(until|cancel)\b|^$/;

function framesOf(lines: readonly string[]): readonly Buffer[] {
  return lines
    .flatMap((line) => line.split('\n'))
    .filter((line) => !ignored.test(line))
    .map((line) => {
      const space = line.indexOf(' ');
      const name = space < 0 ? line : line.slice(0, space);
      return build(name, space < 0 ? {} : (JSON.parse(line.slice(space + 1)) as Fields));
    });
}

/** Of statements that the session twin knows. */
export const twinSessions: readonly RecordedSession[] = [
  {
    name: 'extended',
    frames: [
      build('Parse', { name: 's', sql: 'select $1::int4 as x, $2::text as y' }),
      build('Describe', { statement: 's' }),
      build('Bind', { statement: 's', values: ['1', 'ünï'] }),
      build('Execute', {}),
      build('Sync', {}),
      build('Close', { statement: 's' }),
    ],
  },
  {
    name: 'simple',
    frames: [
      build('Query', { sql: 'begin' }),
      build('Query', { sql: 'select 1 as a; select 1/0' }),
      build('Query', { sql: 'rollback' }),
      build('Query', { sql: "notify ch, 'p'" }),
      build('Query', { sql: "copy (select 1, 'a') to stdout" }),
    ],
  },
  {
    name: 'copy',
    frames: [
      build('Query', { sql: 'copy wire_copy from stdin' }),
      build('CopyData', { text: '1\ta\n' }),
      build('CopyData', { text: '2\tb\n' }),
      build('CopyDone', {}),
      build('Query', { sql: 'select 1' }),
    ],
  },
];

/** Longer ones have too many places to be cut at. */
const bytesMax = 10_000;

/** What waits for a clock, or would leave something behind for the next session. */
const unfit = /sleep|create table/;

/** Scenarios and hostile inputs that begin with a login and leave nothing. */
export function recordedSessions(): readonly RecordedSession[] {
  const scenarios = Object.entries(goldenScenarios)
    .filter(([, { raw, steps }]) => raw !== true && !steps.some((step) => unfit.test(step)))
    .map(([name, { setup, steps }]) => {
      const first = setup === undefined ? [] : [build('Query', { sql: setup })];
      return { name, frames: [...first, ...framesOf(steps)] };
    });
  const inputs = hostileCases
    .filter(({ send }) => send !== undefined)
    .map(({ what, send = [] }) => ({ name: what, frames: framesOf(send) }));
  return [...scenarios, ...inputs].filter(({ frames }) => Buffer.concat(frames).length < bytesMax);
}
