/**
 * Evaluation of expressions that are not compiled, from the leaves up, a column at a time.
 *
 * What only some rows need is evaluated for these rows: the arms of CASE, COALESCE, and arguments
 * of AND and OR that may raise an error.
 */
import { InternalError } from '../errors/assert.ts';
import {
  bitmapOf,
  eachRow,
  rowsWhere,
  splitRows,
  trueFlags,
  validFlags,
  type Rows,
} from '../columns/row-set.ts';
import { buildColumn } from '../columns/builder.ts';
import type { Column } from '../columns/column.ts';
import { materialize } from '../columns/materialize.ts';
import { isByteEqual } from '../columns/text-like.ts';
import { heap } from '../memory/heap.ts';
import type { Datum } from '../types/datum.ts';
import { callEvaluator } from './call-evaluator.ts';
import { coalesceCodes, type CoalescedText } from './coalesce-codes.ts';
import type { CaseExpr, CoalesceExpr, DistinctExpr, Expr, LogicExpr } from './expr.ts';
import { domainEvaluator } from './domain-evaluator.ts';
import { isTotal } from './facts.ts';
import type { Evaluator, Frame } from './frame.ts';
import { listEvaluator } from './list-evaluator.ts';
import { mergeParts, type Part } from './merge.ts';
import { quantifiedEvaluator } from './quantified-evaluator.ts';
import type { Region } from './region.ts';
import { arrayEvaluator, rowEvaluator, subplanEvaluator } from './value-evaluator.ts';

const bool = { name: 'bool', typmod: -1 } as const;
const int4 = { name: 'int4', typmod: -1 } as const;

export function interpretedEvaluator(expr: Expr, region: Region): Evaluator {
  switch (expr.kind) {
    case 'call':
      return callEvaluator(
        expr,
        expr.args.map((arg) => region.evaluator(arg)),
      );
    case 'case':
      return constantArms(expr) ? codedCase(expr, region) : caseEvaluator(expr, region);
    case 'coalesce':
      return coalesceEvaluator(expr, region);
    case 'and':
    case 'or':
      return logicEvaluator(expr, region);
    case 'isDistinct':
    case 'isNotDistinct':
      return region.evaluator(distinctAsCase(expr));
    case 'inList':
    case 'notInList':
      return listEvaluator(expr, region);
    case 'anyArray':
    case 'allArray':
      return quantifiedEvaluator(expr, region);
    case 'domain':
      return domainEvaluator(expr, region);
    case 'array':
      return arrayEvaluator(expr, region);
    case 'row':
      return rowEvaluator(expr, region);
    case 'subplan':
      return subplanEvaluator(expr, region);
    default:
      throw new InternalError(`${expr.kind} reached evaluation`);
  }
}

/** Text constants in all arms: the CASE is compiled over their numbers. */
function constantArms(expr: CaseExpr): boolean {
  const arms = [...expr.whens.map(({ then }) => then), expr.otherwise];
  return isByteEqual(expr.type.name) && arms.every((arm) => arm.kind === 'constant');
}

/** CASE over the numbers of its constants: these numbers are the codes of the result. */
function codedCase(expr: CaseExpr, region: Region): Evaluator {
  const entries: Datum[] = [];
  const numbered = (arm: Expr): Expr => {
    const value = arm.kind === 'constant' ? arm.value : null;
    if (value === null) return { kind: 'constant', type: int4, value: null };
    let code = entries.findIndex((entry) => entry === value);
    if (code < 0) code = entries.push(value) - 1;
    return { kind: 'constant', type: int4, value: code };
  };
  const whens = expr.whens.map(({ when, then }) => ({ when, then: numbered(then) }));
  const otherwise = numbered(expr.otherwise);
  const codes = region.evaluator({ kind: 'case', whens, otherwise, type: int4 });
  const dictionaryValues = entries.length === 0 ? [''] : entries;
  return (frame) => {
    const { arena } = frame.context;
    const { values, validity, length } = materialize(codes(frame), arena);
    const dictionary = buildColumn(expr.type, dictionaryValues, arena);
    const { type } = expr;
    return {
      encoding: 'dictionary',
      type,
      length,
      validity,
      values,
      offsets: 0,
      codeBytes: 4,
      dictionary,
    };
  };
}

interface Arm {
  readonly when: Evaluator;
  /** The condition is computed for all rows of the frame, together with other expressions. */
  readonly isShared: boolean;
  readonly then: Evaluator;
}

function caseEvaluator(expr: CaseExpr, region: Region): Evaluator {
  const arms = expr.whens.map(({ when, then }, index): Arm => {
    const isShared = index === 0 || isTotal(when);
    return {
      when: (isShared ? region : region.inner()).evaluator(when),
      isShared,
      then: region.inner().evaluator(then),
    };
  });
  const otherwise = region.inner().evaluator(expr.otherwise);
  return (frame) => {
    const { arena } = frame.context;
    const { physicalRows } = frame.rows;
    const parts: Part[] = [];
    let rest: Rows = frame.rows;
    for (const { when, isShared, then } of arms) {
      if (rest.rowCount === 0) break;
      const condition = when(isShared ? frame : frame.narrowed(rest));
      const flags = trueFlags(condition, physicalRows, arena);
      const [matched, others] = splitRows(rest, flags, arena);
      addPart(parts, { rows: matched, evaluator: then }, frame);
      rest = others;
    }
    addPart(parts, { rows: rest, evaluator: otherwise }, frame);
    return merged(parts, expr, { frame, whenEmpty: otherwise });
  };
}

interface PendingPart {
  readonly rows: Rows;
  readonly evaluator: Evaluator;
}

function addPart(parts: Part[], { rows, evaluator }: PendingPart, frame: Frame): void {
  if (rows.rowCount > 0) parts.push({ rows, column: evaluator(frame.narrowed(rows)) });
}

function merged(
  parts: readonly Part[],
  expr: Expr,
  { frame, whenEmpty }: { readonly frame: Frame; readonly whenEmpty: Evaluator },
): Column {
  if (parts.length === 0) return { ...whenEmpty(frame), type: expr.type };
  const { arena } = frame.context;
  return mergeParts(parts, { type: expr.type, physicalRows: frame.rows.physicalRows, arena });
}

function coalesceEvaluator(expr: CoalesceExpr, region: Region): Evaluator {
  const [first, ...later] = expr.args.map((arg, index) =>
    (index === 0 ? region : region.inner()).evaluator(arg),
  );
  if (first === undefined) throw new InternalError('COALESCE without arguments');
  const text = coalescedText(expr);
  return (frame) => {
    const { arena } = frame.context;
    if (text !== undefined) {
      const column = first(frame);
      if (column.encoding === 'dictionary') return coalesceCodes(column, text, arena);
    }
    const { physicalRows } = frame.rows;
    const parts: Part[] = [];
    let rest: Rows = frame.rows;
    for (const [index, arg] of [first, ...later].entries()) {
      if (rest.rowCount === 0) break;
      const column = arg(index === 0 ? frame : frame.narrowed(rest));
      if (index === later.length) {
        parts.push({ rows: rest, column });
        break;
      }
      const [present, missing] = splitRows(rest, validFlags(column, physicalRows, arena), arena);
      if (present.rowCount > 0) parts.push({ rows: present, column });
      rest = missing;
    }
    return merged(parts, expr, { frame, whenEmpty: first });
  };
}

/** The text behind COALESCE(x, 'text'). */
function coalescedText({ args, type }: CoalesceExpr): CoalescedText | undefined {
  const second = args.length === 2 ? args[1] : undefined;
  if (second?.kind !== 'constant' || typeof second.value !== 'string') return undefined;
  return isByteEqual(type.name) ? { bytes: Buffer.from(second.value, 'utf8'), type } : undefined;
}

/** AND and OR: an argument that may raise is evaluated where nothing is decided yet. */
function logicEvaluator(expr: LogicExpr, region: Region): Evaluator {
  const deciding = expr.kind === 'or';
  const args = expr.args.map((arg, index) => {
    const isShared = index === 0 || isTotal(arg);
    return { isShared, evaluator: (isShared ? region : region.inner()).evaluator(arg) };
  });
  return (frame) => {
    const { arena } = frame.context;
    const { physicalRows } = frame.rows;
    const { u8 } = heap();
    const decided = arena.allocate(physicalRows);
    const sawNull = arena.allocate(physicalRows);
    u8.fill(0, decided, decided + physicalRows);
    u8.fill(0, sawNull, sawNull + physicalRows);
    let rest: Rows = frame.rows;
    for (const { isShared, evaluator } of args) {
      if (rest.rowCount === 0) break;
      const column = evaluator(isShared ? frame : frame.narrowed(rest));
      const isTrue = trueFlags(column, physicalRows, arena);
      const isValid = validFlags(column, physicalRows, arena);
      eachRow(rest, (row) => {
        if (u8[isValid + row] === 0) u8[sawNull + row] = 1;
        else if ((u8[isTrue + row] !== 0) === deciding) u8[decided + row] = 1;
      });
      rest = splitRows(rest, decided, arena)[1];
    }
    const result = arena.allocate(physicalRows);
    eachRow(frame.rows, (row) => {
      u8[result + row] = (u8[decided + row] !== 0) === deciding ? 1 : 0;
      if (u8[decided + row] !== 0) u8[sawNull + row] = 0;
    });
    const validity = arena.allocate(physicalRows);
    eachRow(frame.rows, (row) => void (u8[validity + row] = u8[sawNull + row] === 0 ? 1 : 0));
    return {
      encoding: 'plain',
      type: bool,
      length: physicalRows,
      offsets: 0,
      values: bitmapOf(result, physicalRows, arena),
      validity: bitmapOf(validity, physicalRows, arena),
    };
  };
}

/** IS DISTINCT FROM over values whose equality is not compiled. */
function distinctAsCase(expr: DistinctExpr): Expr {
  const { left, right, equals } = expr;
  const constant = (value: boolean): Expr => ({ kind: 'constant', type: bool, value });
  const isDistinct = expr.kind === 'isDistinct';
  const equal: Expr = { kind: 'call', functionId: equals, args: [left, right], type: bool };
  return {
    kind: 'case',
    whens: [
      {
        when: { kind: 'isNull', arg: left, type: bool },
        then: { kind: isDistinct ? 'isNotNull' : 'isNull', arg: right, type: bool },
      },
      { when: { kind: 'isNull', arg: right, type: bool }, then: constant(isDistinct) },
    ],
    otherwise: isDistinct ? { kind: 'not', arg: equal, type: bool } : equal,
    type: bool,
  };
}

/** Rows for which the predicate's column is true. */
export function trueRows(column: Column, rows: Rows, frame: Frame): Rows {
  const { arena } = frame.context;
  return rowsWhere(rows, trueFlags(column, rows.physicalRows, arena), arena);
}
