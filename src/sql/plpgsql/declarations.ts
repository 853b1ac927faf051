/** DECLARE: variables, constants, aliases, cursors. */
import { unsupported } from '../../errors/sql-error.ts';
import type { PlReader } from './reader.ts';
import { findName } from './names.ts';
import type { PlCursor, PlTypeName, PlVariable } from './tree.ts';

/** Reads declarations up to BEGIN. */
export function readDeclarations(reader: PlReader): readonly PlVariable[] {
  const declared: PlVariable[] = [];
  while (!reader.is('begin')) {
    if (reader.accept('declare')) continue;
    if (reader.is('<<')) {
      const message = 'block label must be placed before DECLARE, not after';
      throw reader.error('syntax_error', message, reader.peek().offset);
    }
    const variable = readDeclaration(reader);
    if (variable !== undefined) declared.push(variable);
  }
  return declared;
}

function readDeclaration(reader: PlReader): PlVariable | undefined {
  const token = reader.identifier();
  if (reader.declaredHere(token.name)) throw reader.failAt('duplicate declaration', token);
  const { name } = token;
  const line = reader.lineAt(token.offset);
  if (reader.accept('alias', 'for')) {
    readAlias(reader, name);
    return undefined;
  }
  const scroll = readScroll(reader);
  if (scroll !== undefined || reader.is('cursor')) return readCursor(reader, name, scroll);
  const isConstant = reader.accept('constant');
  const type = readType(reader);
  if (reader.accept('collate')) reader.identifier();
  const { offset } = reader.peek();
  const isNotNull = reader.accept('not', 'null');
  const isGiven = reader.isOneOf([':=', '=', 'default']);
  if (!isGiven && isNotNull) {
    const message = `variable "${name}" must have a default value, since it's declared NOT NULL`;
    throw reader.error('null_value_not_allowed', message, offset);
  }
  if (isGiven) reader.next();
  const initial = isGiven ? reader.expression(';') : undefined;
  reader.expect(';');
  return reader.declare({ name, line, type, isConstant, isNotNull, initial });
}

function readAlias(reader: PlReader, name: string): void {
  const token = reader.next();
  const found = findName(reader.names, [token.name], () => true);
  if (found === undefined) {
    const message = `variable "${token.name}" does not exist`;
    throw reader.error('undefined_object', message, token.offset);
  }
  reader.expect(';');
  const { variable } = found;
  reader.names = { kind: 'variable', name, variable, outer: reader.names };
}

/** SCROLL and NO SCROLL before CURSOR. */
export function readScroll(reader: PlReader): boolean | undefined {
  if (reader.is('no') && reader.is('scroll', 1)) {
    reader.accept('no', 'scroll');
    return false;
  }
  return reader.accept('scroll') ? true : undefined;
}

function readCursor(reader: PlReader, name: string, scroll: boolean | undefined): PlVariable {
  const line = reader.lineAt(reader.expect('cursor').offset);
  const outer = reader.names;
  const args = reader.accept('(') ? readArguments(reader) : [];
  if (!reader.accept('is')) reader.expect('for');
  const query = reader.sql({
    ...{ until: [';'], expected: ';', isStatement: true, check: 'statement' },
  });
  reader.expect(';');
  reader.names = outer;
  const cursor: PlCursor = { scroll, args, query };
  return reader.declare({ name, line, type: { kind: 'named', text: 'refcursor' }, cursor });
}

function readArguments(reader: PlReader): readonly PlVariable[] {
  const args: PlVariable[] = [];
  reader.open(undefined, 'block');
  do {
    const token = reader.identifier();
    const line = reader.lineAt(token.offset);
    const type = readType(reader, [',', ')']);
    args.push(reader.declare({ name: token.name, line, type }));
  } while (reader.accept(','));
  reader.expect(')');
  return args;
}

const typeEnds = [';', 'collate', 'not', '=', ':=', 'default'];

/** Errors: 42601. */
export function readType(reader: PlReader, ends: readonly string[] = typeEnds): PlTypeName {
  const start = reader.peek();
  const special = readReference(reader, ends);
  if (special !== undefined) return special;
  let depth = 0;
  while (depth > 0 || !reader.isOneOf(ends)) {
    const token = reader.peek();
    if (token.kind === 'end') {
      throw reader.failAt(
        depth > 0 ? 'mismatched parentheses' : 'incomplete data type declaration',
      );
    }
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    reader.next();
  }
  if (reader.peek() === start) {
    const message = 'missing data type declaration';
    throw reader.failAt(message);
  }
  const { text } = reader.textBetween(start.offset, reader.peek().offset);
  if (text.toLowerCase() === 'record') return { kind: 'record' };
  const prefix = 'CAST(NULL AS ';
  const offset = start.offset - prefix.length;
  reader.checkSql({ text: `${prefix}${text})`, offset, names: undefined }, 'expression');
  return { kind: 'named', text, offset: start.offset };
}

/** `a.b%TYPE`, `t%ROWTYPE`; undefined: it is another type. */
function readReference(reader: PlReader, ends: readonly string[]): PlTypeName | undefined {
  const path: string[] = [];
  let ahead = 0;
  while (reader.isIdentifier(ahead)) {
    path.push(reader.peek(ahead).name);
    ahead += 1;
    if (!reader.is('.', ahead)) break;
    ahead += 1;
  }
  if (path.length === 0 || !reader.is('%', ahead)) return undefined;
  const what = reader.peek(ahead + 1);
  if (what.name !== 'type' && what.name !== 'rowtype') return undefined;
  for (let each = 0; each < ahead + 2; each++) reader.next();
  const isArray = readBounds(reader);
  if (!reader.isOneOf(ends)) throw reader.failAt('syntax error');
  if (what.name === 'rowtype') {
    if (isArray) throw unsupported('an array of %ROWTYPE');
    return { kind: 'rowOf', path };
  }
  const found = findName(reader.names, path, () => false);
  return { kind: 'typeOf', path, variable: found?.variable, isArray };
}

/** `[]`, `[3]`, ARRAY. */
function readBounds(reader: PlReader): boolean {
  let isArray = reader.accept('array');
  while (reader.accept('[')) {
    isArray = true;
    while (!reader.accept(']')) reader.next();
  }
  return isArray;
}
