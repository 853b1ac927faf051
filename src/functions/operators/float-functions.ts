/** Functions of floats that are one instruction or a few: abs, ceil, floor, round, sqrt, sign … */
import { emitError } from '../emit-errors.ts';
import type { Emit, FunctionRecord } from '../function-record.ts';
import { argument, push, raising, total } from './emit.ts';
import { floatUnary } from './float-arithmetic.ts';
import { numericOperators } from './value-operators.ts';
import { absoluteOverloads } from './integer-arithmetic.ts';

const emitSquareRoot: Emit = (builder, args) => {
  push(builder, argument(args, 0));
  builder.f64Const(0);
  builder.op('f64.lt');
  builder.raiseIf(emitError.negativeSquareRoot);
  push(builder, argument(args, 0), ['f64.sqrt']);
};

/** 1, -1, or 0; NaN gives 0, as PostgreSQL's comparisons do. */
const emitSign: Emit = (builder, args) => {
  const value = argument(args, 0);
  push(builder, value);
  builder.f64Const(0);
  builder.op('f64.gt');
  push(builder, value);
  builder.f64Const(0);
  builder.op('f64.lt');
  builder.op('i32.sub');
  builder.op('f64.convert_i32_s');
};

function rounding(name: string, text: string, operation: 'ceil' | 'floor' | 'trunc' | 'nearest') {
  return {
    name,
    doc: { family: 'math', text },
    overloads: floatUnary(operation, ['float8']),
  } satisfies FunctionRecord;
}

export const floatFunctions: readonly FunctionRecord[] = [
  {
    name: 'abs',
    operator: '@',
    doc: { family: 'math', text: 'absolute value', example: ['abs(-17.5::float8)', '17.5'] },
    overloads: [...absoluteOverloads(), ...floatUnary('abs'), numericOperators.absolute],
  },
  { ...rounding('ceil', 'nearest integer not below', 'ceil'), aliases: ['ceiling'] },
  rounding('floor', 'nearest integer not above', 'floor'),
  rounding('round', 'nearest integer, ties to even', 'nearest'),
  rounding('trunc', 'integer part', 'trunc'),
  {
    name: 'sqrt',
    operator: '|/',
    doc: {
      family: 'math',
      text: 'square root',
      example: ['sqrt(2::float8)', '1.4142135623730951'],
    },
    overloads: [raising({ args: ['float8'], returns: 'float8', emit: emitSquareRoot })],
  },
  {
    name: 'sign',
    doc: { family: 'math', text: 'sign of the argument: -1, 0 or 1' },
    overloads: [total({ args: ['float8'], returns: 'float8', emit: emitSign })],
  },
];
