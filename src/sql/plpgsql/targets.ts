/** What statements assign to: variables, fields of records, elements of arrays; INTO. */
import type { SqlError } from '../../errors/sql-error.ts';
import { findName } from './names.ts';
import type { PlReader } from './reader.ts';
import type { PlInto, PlTarget, PlTargetStep, PlVariable } from './tree.ts';

/** Types whose values have no fields, whatever types users make. */
const scalar =
  /^(pg_catalog\.)?"?(int|bigint|smallint|text|bool|numeric|varchar|char|date|time|uuid|json|float|double|real|decimal|serial|refcursor|bytea|interval)/i;

export function mayHaveFields({ type }: PlVariable): boolean {
  return type.kind !== 'named' || !scalar.test(type.text);
}

/** Names with dots that stand there, without reading them. */
export function namesAhead(reader: PlReader): readonly string[] {
  const names: string[] = [];
  for (let ahead = 0; isName(reader, ahead); ahead += 2) {
    names.push(reader.peek(ahead).name);
    if (!reader.is('.', ahead + 1)) break;
  }
  return names;
}

/** Parameters have numbers for names, too; after a dot every word is a name. */
function isName(reader: PlReader, ahead: number): boolean {
  const { kind } = reader.peek(ahead);
  if (ahead === 0 && kind === 'parameter') return true;
  return reader.isIdentifier(ahead) || (ahead > 0 && kind === 'word');
}

/** The variable that stands there, and its field; undefined: there is none. */
export function readTarget(reader: PlReader): PlTarget | undefined {
  const names = namesAhead(reader);
  const found = names.length === 0 ? undefined : findName(reader.names, names, mayHaveFields);
  if (found === undefined) return undefined;
  const start = reader.peek();
  for (let each = 0; each < names.length * 2 - 1; each++) reader.next();
  const fields = names.slice(found.used);
  const path = fields.map((name): PlTargetStep => ({ kind: 'field', name }));
  const written = reader.textBetween(start.offset, reader.peek().offset).text;
  return { variable: found.variable, written, path };
}

/** A target of an assignment: with subscripts, too. */
export function readAssigned(reader: PlReader): PlTarget | undefined {
  const target = readTarget(reader);
  if (target === undefined) return undefined;
  const path = [...target.path];
  for (;;) {
    if (reader.accept('[')) path.push(readSubscript(reader));
    else if (reader.accept('.')) path.push({ kind: 'field', name: reader.next().name });
    else return { ...target, path };
  }
}

function readSubscript(reader: PlReader): PlTargetStep {
  const from = reader.expression(']', ':');
  if (!reader.accept(':')) {
    reader.expect(']');
    return { kind: 'element', index: from };
  }
  const to = reader.expression(']');
  reader.expect(']');
  return { kind: 'slice', from, to };
}

/** `"x" is not a known variable` */
export function notKnown(reader: PlReader): SqlError {
  const token = reader.peek();
  const names = namesAhead(reader);
  if (names.length === 0) return reader.failAt('syntax error');
  const message = `"${names.join('.')}" is not a known variable`;
  return reader.error('syntax_error', message, token.offset);
}

/** One, of any kind. Errors: 42601. */
export function readOneTarget(reader: PlReader): PlTarget {
  const target = readTarget(reader);
  if (target === undefined) throw notKnown(reader);
  refuseConstant(reader, target);
  return target;
}

/** Errors: 42601. */
export function readTargets(reader: PlReader): readonly PlTarget[] {
  const targets = [readOneTarget(reader)];
  while (reader.accept(',')) targets.push(readOneTarget(reader));
  return targets;
}

/** After INTO. */
export function readInto(reader: PlReader): PlInto {
  const isStrict = reader.accept('strict');
  return { isStrict, targets: readTargets(reader) };
}

/** Errors: 22005. */
export function refuseConstant(reader: PlReader, { variable }: PlTarget): void {
  if (!variable.isConstant) return;
  const message = `variable "${variable.name}" is declared CONSTANT`;
  throw reader.error('error_in_assignment', message, reader.peek().offset);
}
