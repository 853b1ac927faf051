/** Short forms for function records whose overloads compute one value at a time. */
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import type {
  DatumEvaluation,
  EvaluationContext,
  FunctionRecord,
  Overload,
  ScalarOverload,
  TableOverload,
  TypedDatumEvaluation,
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
type Options = Pick<ScalarOverload, 'strict' | 'volatility' | 'total' | 'keepsUnknown'>;

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

type ContextCompute = (context: EvaluationContext, ...args: never[]) => Datum | null;

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

/** Like `scalar`, for arguments declared "any": `compute` is told their types. */
export function typed(
  signature: Signature,
  compute: TypedDatumEvaluation,
  options: Options = {},
): ScalarOverload {
  const { args, variadic, returns } = parseSignature(signature);
  const variadicPart = variadic ? { variadic } : {};
  return { kind: 'scalar', args, returns, ...variadicPart, datumTyped: compute, ...options };
}

/** A set-returning overload: `jsonb → key text, value jsonb`; a NULL argument gives no rows. */
export function rowsOf(
  signature: Signature,
  rows: (context: EvaluationContext, ...args: never[]) => Iterable<readonly (Datum | null)[]>,
  options: Pick<TableOverload, 'volatility'> & { readonly strict?: false } = {},
): TableOverload {
  const [left = '', right = ''] = signature.split('→').map((part) => part.trim());
  const columns = right.split(',').map((part) => {
    const [name = '', type = ''] = part.trim().split(' ');
    return { name, type: type as TypeName };
  });
  const { args, variadic } = parseSignature(`${left} → void`);
  const { strict, ...rest } = options;
  return {
    kind: 'table',
    args,
    ...(variadic ? { variadic } : {}),
    columns,
    rows: (context, values) =>
      strict !== false && values.includes(null) ? [] : rows(context, ...(values as never[])),
    ...rest,
  };
}

/** What a function is documented by: meaning, and an example with PostgreSQL's answer. */
export interface Documented {
  readonly text: string;
  readonly example?: readonly [sql: string, answer: string];
}

type Define = (names: string, doc: Documented, ...overloads: readonly Overload[]) => FunctionRecord;

/** Makes the records of one family. */
export function family(name: string): Define {
  return (names, doc, ...overloads) => {
    const [first = '', ...aliases] = names.split(' ');
    return { name: first, aliases, doc: { family: name, ...doc }, overloads };
  };
}

/** Makes the records of operators of one family. */
export function operatorFamily(name: string): Define {
  return (symbol, doc, ...overloads) => ({
    name: symbol,
    operator: symbol,
    doc: { family: name, ...doc },
    overloads,
  });
}
