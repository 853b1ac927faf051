/**
 * PL/pgSQL's own parser: the text of a DO statement, or a function's body, to a tree. What stands
 * in it of SQL is looked at by SQL's parser (sql/parse.ts), and kept as text with the names that
 * are in force there.
 */
import { readWholeBlock } from './blocks.ts';
import { PlReader, type PlaceOf } from './reader.ts';
import { readLabel } from './statements.ts';
import type { PlConflict, PlFunction, PlHead, PlParameter, PlVariable } from './tree.ts';

/** Errors: 42601 and others of PL/pgSQL's compiler. */
export function parsePlpgsql(source: string, head: PlHead, placeOf: PlaceOf): PlFunction {
  const reader = new PlReader(source, head, placeOf);
  reader.open(head.name, 'block');
  const parameters = head.parameters.map((each, i) => declareParameter(reader, each, i));
  const found = reader.declare({ name: 'found', line: 0, type: { kind: 'named', text: 'bool' } });
  if (head.returns.kind === 'trigger') declareTrigger(reader);
  const conflict = readOptions(reader);
  const line = reader.lineAt(reader.peek().offset);
  const label = readLabel(reader);
  if (!reader.is('declare') && !reader.is('begin')) throw reader.failAt('syntax error');
  const body = readWholeBlock(reader, { label, line });
  reader.accept(';');
  if (reader.peek().kind !== 'end') throw reader.failAt('syntax error');
  return { source, variables: reader.variables, parameters, found, conflict, body };
}

/** It is known by its number, too, which its own name follows. */
function declareParameter(
  reader: PlReader,
  { name, type }: PlParameter,
  index: number,
): PlVariable {
  const variable = reader.declare({ name: name ?? `$${index + 1}`, line: 0, type });
  if (name === undefined) return variable;
  reader.names = { kind: 'variable', name: `$${index + 1}`, variable, outer: reader.names };
  return variable;
}

/** What a trigger's function is told. */
function declareTrigger(reader: PlReader): void {
  for (const name of ['new', 'old']) reader.declare({ name, line: 0, type: { kind: 'record' } });
  for (const [name, text] of triggerVariables) {
    reader.declare({ name, line: 0, type: { kind: 'named', text } });
  }
}

const triggerVariables = [
  ['tg_name', 'name'],
  ['tg_when', 'text'],
  ['tg_level', 'text'],
  ['tg_op', 'text'],
  ['tg_relid', 'oid'],
  ['tg_relname', 'name'],
  ['tg_table_name', 'name'],
  ['tg_table_schema', 'name'],
  ['tg_nargs', 'int4'],
  ['tg_argv', 'text[]'],
  ['tg_event', 'text'],
  ['tg_tag', 'text'],
] as const;

const conflicts: Readonly<Record<string, PlConflict>> = {
  error: 'error',
  use_variable: 'variable',
  use_column: 'column',
};

/** `#variable_conflict use_column` and its like before the block. */
function readOptions(reader: PlReader): PlConflict {
  let conflict: PlConflict = 'error';
  while (reader.accept('#')) {
    const option = reader.identifier();
    const value = reader.next();
    if (option.name === 'variable_conflict') {
      const found = conflicts[value.name];
      if (found === undefined) throw reader.failAt('syntax error', value);
      conflict = found;
    } else if (option.name !== 'print_strict_params' && option.name !== 'option') {
      throw reader.failAt('syntax error', option);
    }
  }
  return conflict;
}
