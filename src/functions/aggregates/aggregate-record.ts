/** Makes the records of aggregate functions: one line per overload. */
import type { TypeName } from '../../types/sql-type.ts';
import type { AggregateOverload, FunctionRecord } from '../function-record.ts';

export type Signature = readonly [args: readonly TypeName[], returns: TypeName];

export interface AggregateText {
  readonly text: string;
  readonly example?: readonly [sql: string, answer: string];
  readonly aliases?: readonly string[];
  readonly orderedSet?: true;
  /** The last argument repeats. */
  readonly variadic?: true;
}

/** `accumulator` is a name in the table of exec/aggregates/accumulators.ts. */
export function aggregateRecord(
  name: string,
  accumulator: string,
  signatures: readonly Signature[],
  about: AggregateText,
): FunctionRecord {
  const { text, example, aliases, orderedSet, variadic } = about;
  return {
    name,
    ...(aliases === undefined ? {} : { aliases }),
    doc: { family: 'aggregates', text, ...(example === undefined ? {} : { example }) },
    overloads: signatures.map(([args, returns]): AggregateOverload => ({
      kind: 'aggregate',
      args,
      returns,
      accumulator,
      ...(orderedSet === undefined ? {} : { orderedSet }),
      ...(variadic === undefined ? {} : { variadic }),
    })),
  };
}

/** The same type in and out. */
export function keeping(types: readonly TypeName[]): Signature[] {
  return types.map((type) => [[type], type]);
}
