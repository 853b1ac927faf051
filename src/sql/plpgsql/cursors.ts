/** OPEN, FETCH, MOVE, CLOSE, and the arguments of cursors. */
import { readScroll } from './declarations.ts';
import { findName } from './names.ts';
import type { PlReader } from './reader.ts';
import { readRows } from './rows.ts';
import { notKnown, readTargets } from './targets.ts';
import type { PlFetchDirection, PlStatement, PlText, PlVariable } from './tree.ts';

export function readOpen(reader: PlReader, line: number): PlStatement {
  reader.expect('open');
  const cursor = readCursorVariable(reader);
  if (cursor.cursor !== undefined) {
    const args = readArgumentTexts(reader, cursor);
    reader.expect(';');
    return { kind: 'open', line, cursor, scroll: cursor.cursor.scroll, rows: undefined, args };
  }
  const scroll = readScroll(reader);
  if (!reader.accept('for')) throw reader.failAt('syntax error, expected "FOR"');
  const rows = readRows(reader, ';');
  reader.expect(';');
  return { kind: 'open', line, cursor, scroll, rows, args: [] };
}

/** Errors: 42601, 42804. */
function readCursorVariable(reader: PlReader): PlVariable {
  const token = reader.peek();
  const variable = findName(reader.names, [token.name], () => true)?.variable;
  if (!reader.isIdentifier() || variable === undefined) throw notKnown(reader);
  const { type } = variable;
  if (type.kind !== 'named' || !/^(pg_catalog\.)?refcursor$/i.test(type.text)) {
    const message = `variable "${token.name}" must be of type cursor or refcursor`;
    throw reader.error('datatype_mismatch', message, token.offset);
  }
  reader.next();
  return variable;
}

/** `(a, name := b)`, in the order of the cursor's arguments. Errors: 42601. */
export function readArgumentTexts(
  reader: PlReader,
  { name, cursor }: PlVariable,
): readonly PlText[] {
  const args = cursor?.args ?? [];
  const { offset } = reader.peek();
  const fail = (message: string): Error => reader.error('syntax_error', message, offset);
  if (!reader.accept('(')) {
    if (args.length > 0) throw fail(`cursor "${name}" has arguments`);
    return [];
  }
  if (args.length === 0) throw fail(`cursor "${name}" has no arguments`);
  const given = new Map<number, PlText>();
  do {
    const named = reader.is(':=', 1) || reader.is('=>', 1);
    const place = named ? args.findIndex((arg) => arg.name === reader.peek().name) : given.size;
    if (named) {
      if (place < 0) throw fail(`cursor "${name}" has no argument named "${reader.peek().name}"`);
      if (given.has(place)) {
        throw fail(
          `value for parameter "${args[place]?.name}" of cursor "${name}" specified more than once`,
        );
      }
      reader.next();
      reader.next();
    }
    given.set(place, reader.expression(',', ')'));
  } while (reader.accept(','));
  if (given.size > args.length) throw fail(`too many arguments for cursor "${name}"`);
  if (given.size < args.length) throw fail(`not enough arguments for cursor "${name}"`);
  reader.expect(')');
  return args.flatMap((_arg, place) => given.get(place) ?? []);
}

export function readFetch(reader: PlReader, line: number): PlStatement {
  reader.expect('fetch');
  const { direction, cursor } = readDirection(reader);
  reader.expect('into');
  const into = readTargets(reader);
  reader.expect(';');
  if (direction.count === 'all') {
    const message = 'FETCH statement cannot return multiple rows';
    throw reader.error('feature_not_supported', message, reader.peek().offset);
  }
  return { kind: 'fetch', line, cursor, direction, into };
}

export function readMove(reader: PlReader, line: number): PlStatement {
  reader.expect('move');
  const { direction, cursor } = readDirection(reader);
  reader.expect(';');
  return { kind: 'move', line, cursor, direction };
}

interface DirectedCursor {
  readonly direction: PlFetchDirection;
  readonly cursor: PlVariable;
}

const plain: Readonly<Record<string, PlFetchDirection>> = {
  next: { direction: 'forward', count: 1 },
  prior: { direction: 'backward', count: 1 },
  first: { direction: 'absolute', count: 1 },
  last: { direction: 'absolute', count: -1 },
};

function readDirection(reader: PlReader): DirectedCursor {
  const direction = readHow(reader);
  if (direction !== undefined && !reader.accept('from')) reader.expect('in');
  else if (direction === undefined && !reader.accept('from')) reader.accept('in');
  return {
    direction: direction ?? { direction: 'forward', count: 1 },
    cursor: readCursorVariable(reader),
  };
}

function readHow(reader: PlReader): PlFetchDirection | undefined {
  const { name, kind } = reader.peek();
  if (kind !== 'word') return undefined;
  if (plain[name] !== undefined) return (reader.next(), plain[name]);
  if (name === 'absolute' || name === 'relative') {
    reader.next();
    return { direction: name, count: reader.expression('from', 'in') };
  }
  if (name === 'all') return (reader.next(), { direction: 'forward', count: 'all' });
  if (name !== 'forward' && name !== 'backward') return undefined;
  reader.next();
  if (reader.accept('all')) return { direction: name, count: 'all' };
  if (reader.is('from') || reader.is('in')) return { direction: name, count: 1 };
  return { direction: name, count: reader.expression('from', 'in') };
}

export function readClose(reader: PlReader, line: number): PlStatement {
  reader.expect('close');
  const cursor = readCursorVariable(reader);
  reader.expect(';');
  return { kind: 'close', line, cursor };
}
