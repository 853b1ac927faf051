/**
 * What each filled column of otel_logs_and_spans holds, about forty-five of 92; the others are
 * NULL. Values that repeat are tables by a code of the row; the rest is computed from it.
 */
import { outcomeCount, outcomeOf, type Outcome, type SpanRows } from './span-rows.ts';
import {
  errorKinds,
  instancesMax,
  operations,
  projects,
  services,
  type OperationModel,
  type ServiceModel,
} from './world.ts';

type Value = string | number | boolean | readonly string[] | undefined;

/** The arrays of SpanRows that hold codes. */
export type CodeArray = 'subject' | 'outcome' | 'instance' | 'project';

/** `values[rows[code][row]]`; undefined is NULL. */
export interface TableFact {
  readonly kind: 'table';
  readonly code: CodeArray;
  readonly values: readonly Value[];
}

/** Random words as lower-case hexadecimal. */
export interface HexFact {
  readonly kind: 'hex';
  readonly parts: readonly { readonly of: 'trace' | 'span' | 'parent'; readonly words: number }[];
}

/** `prefix` and a number. */
export interface NameFact {
  readonly kind: 'name';
  readonly prefix: string;
  readonly of: 'user' | 'session';
}

/** A whole number; not of log records where `spansOnly`. */
export interface NumberFact {
  readonly kind: 'number';
  readonly spansOnly?: true;
  readonly value: (rows: SpanRows, row: number) => number;
  /** Zero is NULL. */
  readonly zeroIsNull?: true;
}

export type Fact = TableFact | HexFact | NameFact | NumberFact;

interface Subject {
  readonly model: OperationModel;
  readonly service: ServiceModel;
  readonly isLog: boolean;
}

function bySubject(value: (subject: Subject) => Value): TableFact {
  const values = operations.flatMap(({ service: index, model }) => {
    const service = services[index] as ServiceModel;
    return [false, true].map((isLog) => value({ model, service, isLog }));
  });
  return { kind: 'table', code: 'subject', values };
}

function byOutcome(value: (outcome: Outcome) => Value): TableFact {
  const values = Array.from({ length: outcomeCount }, (_, code) => value(outcomeOf(code)));
  return { kind: 'table', code: 'outcome', values };
}

function byInstance(value: (service: ServiceModel, instance: number) => Value): TableFact {
  const values = services.flatMap((service) =>
    Array.from({ length: instancesMax }, (_, instance) => value(service, instance)),
  );
  return { kind: 'table', code: 'instance', values };
}

const microsPerDay = 86_400_000_000;
const level = ({ error }: Outcome): string => (error >= 0 ? 'ERROR' : 'INFO');
const errorType = byOutcome(({ error }) => errorKinds[error]?.[0]);
const errorMessage = byOutcome(({ error }) => errorKinds[error]?.[1]);

function statusCode({ error, isServer }: Outcome): string {
  if (error >= 0) return 'ERROR';
  return isServer ? 'OK' : 'UNSET';
}

export const facts: Readonly<Record<string, Fact>> = {
  date: {
    kind: 'number',
    value: ({ start }, row) => Math.floor((start[row] as number) / microsPerDay),
  },
  timestamp: { kind: 'number', value: ({ start }, row) => start[row] as number },
  observed_timestamp: { kind: 'number', value: endMicros },
  id: {
    kind: 'hex',
    parts: [
      { of: 'trace', words: 2 },
      { of: 'span', words: 2 },
    ],
  },
  parent_id: { kind: 'hex', parts: [{ of: 'parent', words: 2 }] },
  name: bySubject(({ model, isLog }) => (isLog ? 'log' : model.name)),
  kind: bySubject(({ model, isLog }) => (isLog ? 'log' : model.kind)),
  status_code: byOutcome(statusCode),
  status_message: errorMessage,
  level: byOutcome(level),
  severity___severity_text: byOutcome((outcome) => (outcome.isLog ? level(outcome) : undefined)),
  severity___severity_number: byOutcome(({ isLog, error }) =>
    isLog ? (error >= 0 ? 17 : 9) : undefined,
  ),
  body: byOutcome(({ isLog, error }) =>
    isLog ? JSON.stringify(errorKinds[error]?.[1] ?? 'request completed') : undefined,
  ),
  duration: {
    kind: 'number',
    spansOnly: true,
    value: (rows, row) => (rows.duration[row] as number) * 1000,
  },
  start_time: { kind: 'number', value: ({ start }, row) => start[row] as number },
  end_time: { kind: 'number', spansOnly: true, value: endMicros },
  context___trace_id: { kind: 'hex', parts: [{ of: 'trace', words: 4 }] },
  context___span_id: { kind: 'hex', parts: [{ of: 'span', words: 2 }] },
  context___trace_flags: byOutcome(() => '01'),
  context___is_remote: byOutcome(({ isServer, hasParent, isLog }) =>
    isLog ? undefined : isServer && hasParent,
  ),
  attributes___server___address: bySubject(({ model, service }) =>
    model.http === undefined ? undefined : `${service.name}.svc.local`,
  ),
  attributes___server___port: bySubject(({ model }) =>
    model.http === undefined ? undefined : 8080,
  ),
  attributes___error___type: errorType,
  attributes___exception___type: errorType,
  attributes___exception___message: errorMessage,
  attributes___url___path: bySubject(({ model }) => model.http?.path),
  attributes___url___scheme: bySubject(({ model }) =>
    model.http === undefined ? undefined : 'https',
  ),
  attributes___http___request___method: bySubject(({ model }) => model.http?.method),
  attributes___http___response___status_code: {
    kind: 'number',
    zeroIsNull: true,
    value: ({ httpStatus }, row) => httpStatus[row] as number,
  },
  attributes___session___id: { kind: 'name', prefix: 's-', of: 'session' },
  attributes___db___system___name: bySubject(({ model }) => model.db?.system),
  attributes___db___collection___name: bySubject(({ model }) => model.db?.collection),
  attributes___db___operation___name: bySubject(({ model }) => model.db?.operation),
  attributes___db___query___text: bySubject(({ model }) => model.db?.text),
  attributes___user___id: { kind: 'name', prefix: 'u-', of: 'user' },
  resource: byInstance(
    ({ name, version }) => `{"service.name": "${name}", "service.version": "${version}"}`,
  ),
  resource___service___name: byInstance(({ name }) => name),
  resource___service___version: byInstance(({ version }) => version),
  resource___service___instance___id: byInstance(({ name }, instance) => `${name}-${instance}`),
  resource___deployment___environment___name: {
    kind: 'table',
    code: 'project',
    values: ['production', 'production', 'staging', 'production'],
  },
  resource___telemetry___sdk___language: byInstance(({ language }) => language),
  resource___telemetry___sdk___name: byInstance(() => 'opentelemetry'),
  project_id: { kind: 'table', code: 'project', values: projects },
  summary: bySubject(({ model, service, isLog }) => [service.name, isLog ? 'log' : model.name]),
  message_size_bytes: {
    kind: 'number',
    value: ({ span }, row) => 400 + (((span[row * 2] as number) >>> 4) % 900),
  },
};

function endMicros({ start, duration }: SpanRows, row: number): number {
  return (start[row] as number) + (duration[row] as number);
}

export function isLogRow(rows: SpanRows, row: number): boolean {
  return ((rows.outcome[row] as number) & 4) !== 0;
}
