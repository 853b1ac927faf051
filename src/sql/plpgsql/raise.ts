/** RAISE and ASSERT. */
import { checkCondition, readCode } from './blocks.ts';
import { stringValue } from './literals.ts';
import type { PlReader } from './reader.ts';
import {
  raiseOptionNames,
  type PlRaise,
  type PlRaiseLevel,
  type PlRaiseOption,
  type PlStatement,
  type PlText,
} from './tree.ts';

const levels: readonly PlRaiseLevel[] = ['EXCEPTION', 'WARNING', 'NOTICE', 'INFO', 'LOG', 'DEBUG'];

export function readRaise(reader: PlReader, line: number): PlRaise {
  reader.expect('raise');
  const found = levels.find((each) => reader.is(each.toLowerCase()));
  if (found !== undefined) reader.next();
  const level = found ?? 'EXCEPTION';
  const token = reader.peek();
  let message: string | undefined;
  let condition: string | undefined;
  const parameters: PlText[] = [];
  if (token.kind === 'string') {
    reader.next();
    message = stringValue(token);
    while (reader.accept(',')) parameters.push(reader.expression(',', ';', 'using'));
  } else if (!reader.is(';') && !reader.is('using')) condition = readCondition(reader);
  const options = reader.accept('using') ? readOptions(reader) : [];
  reader.expect(';');
  if (message !== undefined) checkParameters(reader, { message, parameters }, line);
  return { kind: 'raise', line, level, message, parameters, condition, options };
}

function readCondition(reader: PlReader): string {
  if (reader.accept('sqlstate')) return readCode(reader);
  const { name, offset } = reader.identifier();
  checkCondition(reader, name, offset);
  return name;
}

function readOptions(reader: PlReader): readonly PlRaiseOption[] {
  const options: PlRaiseOption[] = [];
  do {
    const name = raiseOptionNames.find((each) => reader.is(each.toLowerCase()));
    if (name === undefined) throw reader.failAt('unrecognized RAISE statement option');
    reader.next();
    if (!reader.accept('=') && !reader.accept(':='))
      throw reader.failAt('syntax error, expected "="');
    options.push({ name, value: reader.expression(',', ';') });
  } while (reader.accept(','));
  return options;
}

/** Errors: 42601. */
function checkParameters(
  reader: PlReader,
  { message, parameters }: Pick<PlRaise, 'parameters'> & { readonly message: string },
  line: number,
): void {
  const wanted = [...message.matchAll(/%%|%/g)].filter(([mark]) => mark === '%').length;
  if (wanted === parameters.length) return;
  const words = wanted > parameters.length ? 'too few' : 'too many';
  throw reader.compileError('syntax_error', `${words} parameters specified for RAISE`, line);
}

export function readAssert(reader: PlReader, line: number): PlStatement {
  reader.expect('assert');
  const condition = reader.expression(',', ';');
  const message = reader.accept(',') ? reader.expression(';') : undefined;
  reader.expect(';');
  return { kind: 'assert', line, condition, message };
}
