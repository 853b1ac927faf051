/** Blocks: [label] DECLARE … BEGIN … EXCEPTION … END. */
import { sqlStates } from '../../errors/sql-state.ts';
import { readDeclarations } from './declarations.ts';
import { stringValue } from './literals.ts';
import type { PlReader } from './reader.ts';
import { readBody } from './statements.ts';
import type { PlBlock, PlHandler, PlVariable } from './tree.ts';

export interface BlockStart {
  readonly label: string | undefined;
  readonly line: number;
}

/** A block with its semicolon. */
export function readBlock(reader: PlReader, start: BlockStart): PlBlock {
  const block = readWholeBlock(reader, start);
  reader.expect(';');
  return block;
}

/** Up to END and its label. */
export function readWholeBlock(reader: PlReader, { label, line }: BlockStart): PlBlock {
  const outer = reader.names;
  reader.open(label, 'block');
  const variables = reader.accept('declare') ? readDeclarations(reader) : [];
  reader.expect('begin');
  const body = readBody(reader, 'exception', 'end');
  const caught = reader.accept('exception') ? declareCaught(reader, line) : undefined;
  const handlers = caught === undefined ? [] : readHandlers(reader);
  reader.expect('end');
  readEndLabel(reader, label);
  reader.names = outer;
  return { kind: 'block', line, label, variables, body, handlers, caught };
}

/** Errors: 42601 for a label other than that of the begin. */
export function readEndLabel(reader: PlReader, label: string | undefined): void {
  if (!reader.isIdentifier()) return;
  const token = reader.identifier();
  if (token.name === label) return;
  const message =
    label === undefined
      ? `end label "${token.name}" specified for unlabeled block`
      : `end label "${token.name}" differs from block's label "${label}"`;
  throw reader.error('syntax_error', message, token.offset);
}

function declareCaught(reader: PlReader, line: number): NonNullable<PlBlock['caught']> {
  const text = (name: string): PlVariable => {
    const type = { kind: 'named', text: 'text' } as const;
    return reader.declare({ name, line, type, isConstant: true });
  };
  return { sqlstate: text('sqlstate'), sqlerrm: text('sqlerrm') };
}

function readHandlers(reader: PlReader): readonly PlHandler[] {
  const handlers: PlHandler[] = [];
  do {
    reader.expect('when');
    const conditions = [readCondition(reader)];
    while (reader.accept('or')) conditions.push(readCondition(reader));
    reader.expect('then');
    handlers.push({ conditions, body: readBody(reader, 'when', 'end') });
  } while (reader.is('when'));
  return handlers;
}

function readCondition(reader: PlReader): string {
  if (reader.accept('sqlstate')) return readCode(reader);
  const { name, offset } = reader.identifier();
  if (name === 'others') return name;
  checkCondition(reader, name, offset);
  return name;
}

/** Five letters after SQLSTATE. Errors: 42601. */
export function readCode(reader: PlReader): string {
  const token = reader.next();
  if (token.kind !== 'string') throw reader.failAt('syntax error', token);
  const code = stringValue(token);
  if (!/^[0-9A-Z]{5}$/.test(code)) throw reader.failAt('invalid SQLSTATE code', token);
  return code;
}

/** Errors: 42704. */
export function checkCondition(reader: PlReader, name: string, offset: number): void {
  if (Object.hasOwn(sqlStates, name)) return;
  const message = `unrecognized exception condition "${name}"`;
  throw reader.compileError('undefined_object', message, reader.lineAt(offset));
}
