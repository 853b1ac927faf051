/** Short forms for function records whose overloads compute one value at a time. */
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import type {
  DatumEvaluation,
  EvaluationContext,
  FunctionRecord,
  Overload,
  ScalarOverload,
} from './function-record.ts';

/** `int4, text → text`: argument types, an arrow, the result; `...` after the last: variadic. */
export type Signature = string;

interface ParsedSignature {
  readonly args: TypeName[];
  readonly variadic: boolean;
  readonly returns: TypeName;
}

function parseSignature(signature: Signature): ParsedSignature {
  const [left = '', right = ''] = signature.split('→').map((part) => part.trim());
  const args = left === '' ? [] : left.split(',').map((part) => part.trim());
  const variadic = args.at(-1)?.endsWith('...') === true;
  return {
    args: args.map((arg) => arg.replace('...', '') as TypeName),
    variadic,
    returns: right as TypeName,
  };
}

type Compute = (...args: never[]) => Datum | null;
type Options = Pick<ScalarOverload, 'strict' | 'volatility'>;

/** An overload over values: strict, so `compute` never sees NULL. */
export function scalar(
  signature: Signature,
  compute: Compute,
  options: Options = {},
): ScalarOverload {
  const { args, variadic, returns } = parseSignature(signature);
  const datum: DatumEvaluation = (_context, values) => compute(...(values as never[]));
  return { kind: 'scalar', args, returns, ...(variadic ? { variadic } : {}), datum, ...options };
}

type ContextCompute = (
  context: EvaluationContext,
  ...args: never[]
) => Datum | null;

/** Like `scalar`, for functions that need the session or the clock. */
export function contextual(
  signature: Signature,
  compute: ContextCompute,
  options: Options = { volatility: 'stable' },
): ScalarOverload {
  const { args, variadic, returns } = parseSignature(signature);
  const datum: DatumEvaluation = (context, values) => compute(context, ...(values as never[]));
  return { kind: 'scalar', args, returns, ...(variadic ? { variadic } : {}), datum, ...options };
}

/** What a function is documented by: meaning, and an example with PostgreSQL's answer. */
export interface Documented {
  readonly text: string;
  readonly example?: readonly [sql: string, answer: string];
}

/** Makes the records of one family. */
export function family(
  name: string,
): (names: string, doc: Documented, ...overloads: readonly Overload[]) => FunctionRecord {
  return (names, doc, ...overloads) => {
    const [first = '', ...aliases] = names.split(' ');
    return { name: first, aliases, doc: { family: name, ...doc }, overloads };
  };
}
