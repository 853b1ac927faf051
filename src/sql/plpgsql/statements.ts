/** The statements of PL/pgSQL: each by the word that it begins with. */
import { readBlock } from './blocks.ts';
import { readFetch, readClose, readMove, readOpen } from './cursors.ts';
import { readForeach, readFor, readLoop, readWhile } from './loops.ts';
import { labelsOf } from './names.ts';
import { readAssert, readRaise } from './raise.ts';
import type { PlReader } from './reader.ts';
import { readReturn } from './return.ts';
import { readUsing } from './rows.ts';
import { readDiagnostics } from './diagnostics.ts';
import { notKnown, readAssigned, readInto, refuseConstant } from './targets.ts';
import type { PlBody, PlBranch, PlInto, PlStatement, PlText } from './tree.ts';

type Read = (reader: PlReader, line: number) => PlStatement;

/** Statements up to one of the words. */
export function readBody(reader: PlReader, ...ends: readonly string[]): PlBody {
  const body: PlStatement[] = [];
  while (!reader.isOneOf(ends)) {
    if (reader.peek().kind === 'end') throw endless(reader);
    body.push(readStatement(reader));
  }
  return body;
}

function endless(reader: PlReader): Error {
  return reader.error('syntax_error', 'syntax error at end of input', reader.peek().offset);
}

function readStatement(reader: PlReader): PlStatement {
  const token = reader.peek();
  const line = reader.lineAt(token.offset);
  const label = readLabel(reader);
  if (label !== undefined) return readLabelled(reader, label, line);
  if (isAssignment(reader)) return readAssignment(reader, line);
  const read = token.kind === 'word' ? readers.get(token.name) : undefined;
  return read === undefined ? readSql(reader, line) : read(reader, line);
}

/** `<<label>>` */
export function readLabel(reader: PlReader): string | undefined {
  if (!reader.accept('<<')) return undefined;
  const { name } = reader.identifier();
  reader.expect('>>');
  return name;
}

function readLabelled(reader: PlReader, label: string, line: number): PlStatement {
  if (reader.isOneOf(['declare', 'begin'])) return readBlock(reader, { label, line });
  if (reader.is('loop')) return readLoop(reader, line, label);
  if (reader.is('while')) return readWhile(reader, line, label);
  if (reader.is('for')) return readFor(reader, line, label);
  if (reader.is('foreach')) return readForeach(reader, line, label);
  throw reader.failAt('syntax error');
}

/** A word is a variable's name before `:=`, `=` and `[`, and after dots. */
function isAssignment(reader: PlReader): boolean {
  if (!reader.isIdentifier() && reader.peek().kind !== 'parameter') return false;
  return [':=', '=', '[', '.'].some((each) => reader.is(each, 1));
}

function readAssignment(reader: PlReader, line: number): PlStatement {
  const start = reader.peek();
  const target = readAssigned(reader);
  if (target === undefined) throw notKnown(reader);
  if (!reader.accept(':=') && !reader.accept('=')) throw reader.failAt('syntax error');
  if (target.variable.isConstant) {
    const message = `variable "${target.variable.name}" is declared CONSTANT`;
    throw reader.error('error_in_assignment', message, start.offset);
  }
  const value = reader.expression(';');
  const whole = reader.textBetween(start.offset, reader.expect(';').offset);
  return { kind: 'assign', line, target, value, whole };
}

const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['declare', (reader, line) => readBlock(reader, { label: undefined, line })],
  ['begin', (reader, line) => readBlock(reader, { label: undefined, line })],
  ['if', readIf],
  ['case', readCase],
  ['loop', (reader, line) => readLoop(reader, line, undefined)],
  ['while', (reader, line) => readWhile(reader, line, undefined)],
  ['for', (reader, line) => readFor(reader, line, undefined)],
  ['foreach', (reader, line) => readForeach(reader, line, undefined)],
  ['exit', readExit],
  ['continue', readExit],
  ['return', readReturn],
  ['raise', readRaise],
  ['assert', readAssert],
  ['perform', readPerform],
  ['execute', readExecute],
  ['call', readCall],
  ['do', readCall],
  ['get', readDiagnostics],
  ['open', readOpen],
  ['fetch', readFetch],
  ['move', readMove],
  ['close', readClose],
  ['null', readNull],
  ['commit', readEnd],
  ['rollback', readEnd],
]);

function readIf(reader: PlReader, line: number): PlStatement {
  reader.expect('if');
  const branches = [readBranch(reader, 'elsif', 'elseif', 'else', 'end')];
  while (reader.accept('elsif') || reader.accept('elseif')) {
    branches.push(readBranch(reader, 'elsif', 'elseif', 'else', 'end'));
  }
  const otherwise = reader.accept('else') ? readBody(reader, 'end') : [];
  reader.expect('end');
  reader.expect('if');
  reader.expect(';');
  return { kind: 'if', line, branches, otherwise };
}

function readBranch(reader: PlReader, ...ends: readonly string[]): PlBranch {
  const condition = reader.expression('then');
  reader.expect('then');
  return { condition, body: readBody(reader, ...ends) };
}

function readCase(reader: PlReader, line: number): PlStatement {
  reader.expect('case');
  const value = reader.is('when') ? undefined : reader.expression('when');
  const outer = reader.names;
  const subject =
    value === undefined
      ? undefined
      : {
          value,
          variable: reader.declare({ name: caseName(reader), line, type: { kind: 'open' } }),
        };
  const branches: PlBranch[] = [];
  while (reader.accept('when')) {
    const condition = reader.expression('then');
    reader.expect('then');
    const compared =
      subject === undefined ? condition : comparison(condition, subject.variable.name);
    branches.push({ condition: compared, body: readBody(reader, 'when', 'else', 'end') });
  }
  if (branches.length === 0) throw reader.failAt('syntax error');
  const otherwise = reader.accept('else') ? readBody(reader, 'end') : undefined;
  reader.expect('end');
  reader.expect('case');
  reader.expect(';');
  reader.names = outer;
  return { kind: 'case', line, subject, branches, otherwise };
}

function caseName({ variables }: PlReader): string {
  return `__Case__Variable_${variables.length}__`;
}

/** WHEN a, b THEN: whether the subject is one of them. */
function comparison({ text, ...place }: PlText, name: string): PlText {
  return { ...place, text: `"${name}" IN (${text})` };
}

function readExit(reader: PlReader, line: number): PlStatement {
  const start = reader.next();
  const kind = start.name === 'exit' ? 'exit' : 'continue';
  const hasLabel = !reader.is('when') && !reader.is(';');
  const token = reader.peek();
  const label = hasLabel ? reader.identifier().name : undefined;
  checkLabel(reader, { kind, label, offset: hasLabel ? token.offset : start.offset });
  const when = reader.accept('when') ? reader.expression(';') : undefined;
  reader.expect(';');
  return { kind, line, label, when };
}

interface Leaving {
  readonly kind: 'exit' | 'continue';
  readonly label: string | undefined;
  readonly offset: number;
}

/** Errors: 42601. */
function checkLabel(reader: PlReader, { kind, label, offset }: Leaving): void {
  const labels = [...labelsOf(reader.names)];
  const fail = (message: string): Error => reader.error('syntax_error', message, offset);
  if (label === undefined) {
    if (labels.some((each) => each.of === 'loop')) return;
    const unless = kind === 'exit' ? ', unless it has a label' : '';
    throw fail(`${kind.toUpperCase()} cannot be used outside a loop${unless}`);
  }
  const found = labels.find(({ name }) => name === label);
  if (found === undefined) {
    const message = `there is no label "${label}" attached to any block or loop enclosing this statement`;
    throw fail(message);
  }
  if (kind === 'continue' && found.of === 'block') {
    throw fail(`block label "${label}" cannot be used in CONTINUE`);
  }
}

function readPerform(reader: PlReader, line: number): PlStatement {
  reader.expect('perform');
  const query = reader.expression(';');
  reader.expect(';');
  return { kind: 'perform', line, query };
}

function readExecute(reader: PlReader, line: number): PlStatement {
  reader.expect('execute');
  const text = reader.expression('into', 'using', ';');
  let into: PlInto | undefined;
  let using: readonly PlText[] = [];
  while (!reader.is(';')) {
    if (into === undefined && reader.accept('into')) into = readInto(reader);
    else if (using.length === 0 && reader.is('using')) using = readUsing(reader, 'into', ';');
    else throw reader.failAt('syntax error');
  }
  reader.expect(';');
  return { kind: 'execute', line, text, into, using };
}

function readCall(reader: PlReader, line: number): PlStatement {
  const statement = reader.sql({ until: [';'], expected: ';', check: 'statement' });
  reader.expect(';');
  return { kind: 'call', line, statement };
}

function readNull(reader: PlReader, line: number): PlStatement {
  reader.expect('null');
  reader.expect(';');
  return { kind: 'null', line };
}

function readEnd(reader: PlReader, line: number): PlStatement {
  const kind = reader.next().name === 'commit' ? 'commit' : 'rollback';
  const chains = reader.accept('and', 'chain');
  if (!chains) reader.accept('and', 'no', 'chain');
  reader.expect(';');
  return { kind, line, chains };
}

/** A statement of SQL, whose INTO is not SQL's own. */
function readSql(reader: PlReader, line: number): PlStatement {
  const start = reader.peek();
  if (start.kind !== 'word') throw reader.failAt('syntax error');
  const takesInto = start.name !== 'import';
  let before = reader.next();
  let into: { readonly found: PlInto; readonly from: number; readonly to: number } | undefined;
  while (!reader.is(';')) {
    const token = reader.peek();
    if (token.kind === 'end') throw reader.failAt('unexpected end of function definition');
    const isInto = reader.is('into') && !['insert', 'merge'].includes(before.name);
    if (isInto && takesInto) {
      if (into !== undefined) throw reader.failAt('INTO specified more than once');
      reader.next();
      const found = readInto(reader);
      into = { found, from: token.offset, to: reader.peek().offset };
      continue;
    }
    before = reader.next();
  }
  const whole = reader.textBetween(start.offset, reader.expect(';').offset);
  const statement = into === undefined ? whole : without(whole, into);
  reader.checkSql(statement, 'statement');
  if (into !== undefined) for (const target of into.found.targets) refuseConstant(reader, target);
  return { kind: 'sql', line, statement, into: into?.found };
}

/** Blanks in place of INTO, so that what follows stays where it is. */
function without(
  whole: PlText,
  { from, to }: { readonly from: number; readonly to: number },
): PlText {
  const { text, offset } = whole;
  const blanks = ' '.repeat(to - from);
  const rest = `${text.slice(0, from - offset)}${blanks}${text.slice(to - offset)}`;
  return { ...whole, text: rest.trimEnd() };
}
