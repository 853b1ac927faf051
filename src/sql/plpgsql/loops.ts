/** LOOP, WHILE, FOR over integers, rows and cursors, FOREACH. */
import { readEndLabel } from './blocks.ts';
import { readArgumentTexts } from './cursors.ts';
import type { PlReader } from './reader.ts';
import { readRows } from './rows.ts';
import { readBody } from './statements.ts';
import { notKnown, readTargets, refuseConstant } from './targets.ts';
import { findName } from './names.ts';
import type { PlBody, PlLoopBody, PlStatement, PlTarget, PlVariable } from './tree.ts';

type Label = string | undefined;

export function readLoop(reader: PlReader, line: number, label: Label): PlStatement {
  return inLoop(reader, label, () => ({ kind: 'loop', line, ...readLoopBody(reader, label) }));
}

export function readWhile(reader: PlReader, line: number, label: Label): PlStatement {
  reader.expect('while');
  return inLoop(reader, label, () => {
    const condition = reader.expression('loop');
    return { kind: 'while', line, condition, ...readLoopBody(reader, label) };
  });
}

function inLoop(reader: PlReader, label: Label, read: () => PlStatement): PlStatement {
  const outer = reader.names;
  reader.open(label, 'loop');
  const statement = read();
  reader.names = outer;
  return statement;
}

function readLoopBody(reader: PlReader, label: Label): PlLoopBody {
  reader.expect('loop');
  const body: PlBody = readBody(reader, 'end');
  reader.expect('end');
  reader.expect('loop');
  readEndLabel(reader, label);
  reader.expect(';');
  return { label, body };
}

export function readFor(reader: PlReader, line: number, label: Label): PlStatement {
  reader.expect('for');
  return inLoop(reader, label, () => {
    const start = reader.peek();
    const name = reader.identifier().name;
    const isPlain = reader.is('in');
    if (isPlain && isCursor(reader)) return readForCursor(reader, { name, line, label });
    if (isPlain && isInteger(reader)) return readForInteger(reader, { name, line, label });
    reader.seek(start);
    const targets = readLoopTargets(reader);
    reader.expect('in');
    if (reader.is('reverse')) throw reader.failAt('cannot specify REVERSE in query FOR loop');
    const rows = readRows(reader, 'loop');
    return { kind: 'forRows', line, targets, rows, ...readLoopBody(reader, label) };
  });
}

/** Errors: 42601. */
function readLoopTargets(reader: PlReader): readonly PlTarget[] {
  const { offset } = reader.peek();
  if (findName(reader.names, [reader.peek().name], () => true) === undefined) {
    const message =
      'loop variable of loop over rows must be a record variable or list of scalar variables';
    throw reader.error('syntax_error', message, offset);
  }
  const targets = readTargets(reader);
  for (const target of targets) refuseConstant(reader, target);
  return targets;
}

/** Whether `..` comes before LOOP. */
function isInteger(reader: PlReader): boolean {
  let depth = 0;
  for (let ahead = 1; ; ahead++) {
    const { kind, text } = reader.peek(ahead);
    if (kind === 'end' || text === ';') return false;
    if (kind === 'symbol' && (text === '(' || text === '[')) depth += 1;
    if (kind === 'symbol' && (text === ')' || text === ']')) depth -= 1;
    if (depth > 0) continue;
    if (reader.is('..', ahead)) return true;
    if (reader.is('loop', ahead)) return false;
  }
}

function isCursor(reader: PlReader): boolean {
  if (!reader.isIdentifier(1) || !(reader.is('loop', 2) || reader.is('(', 2))) return false;
  return cursorNamed(reader, reader.peek(1).name) !== undefined;
}

function cursorNamed(reader: PlReader, name: string): PlVariable | undefined {
  const found = findName(reader.names, [name], () => true)?.variable;
  return found?.cursor === undefined ? undefined : found;
}

interface ForStart {
  readonly name: string;
  readonly line: number;
  readonly label: Label;
}

function readForInteger(reader: PlReader, { name, line, label }: ForStart): PlStatement {
  reader.expect('in');
  const isReverse = reader.accept('reverse');
  const from = reader.expression('..');
  reader.expect('..');
  const to = reader.expression('loop', 'by');
  const by = reader.accept('by') ? reader.expression('loop') : undefined;
  const variable = reader.declare({ name, line, type: { kind: 'named', text: 'int4' } });
  const bounds = { isReverse, from, to, by };
  return { kind: 'forInteger', line, variable, ...bounds, ...readLoopBody(reader, label) };
}

function readForCursor(reader: PlReader, { name, line, label }: ForStart): PlStatement {
  reader.expect('in');
  const cursor = cursorNamed(reader, reader.next().name);
  if (cursor === undefined) throw notKnown(reader);
  const args = readArgumentTexts(reader, cursor);
  const target = reader.declare({ name, line, type: { kind: 'record' } });
  return { kind: 'forCursor', line, target, cursor, args, ...readLoopBody(reader, label) };
}

export function readForeach(reader: PlReader, line: number, label: Label): PlStatement {
  reader.expect('foreach');
  return inLoop(reader, label, () => {
    const targets = readLoopTargets(reader);
    let slice = 0;
    if (reader.accept('slice')) slice = Number(reader.next().text);
    reader.expect('in');
    reader.expect('array');
    const array = reader.expression('loop');
    return { kind: 'foreach', line, targets, slice, array, ...readLoopBody(reader, label) };
  });
}
