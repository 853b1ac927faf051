/** jsonb_path_… functions, @? and @@. */
import { SqlError } from '../../errors/sql-error.ts';
import { formatJson, type JsonValue } from '../../types/json-value.ts';
import { parseJsonPath } from '../../types/json-path/parse-path.ts';
import { family, operatorFamily, rowsOf, scalar } from '../define.ts';
import type { FunctionRecord, ScalarOverload, TableOverload } from '../function-record.ts';
import { parseJsonb } from './jsonb-values.ts';
import { pathItems, type Item } from './path/evaluate-path.ts';

const define = family('json');
const operator = operatorFamily('json');

interface Question {
  readonly target: string;
  readonly path: string;
  readonly variables: string | undefined;
  readonly isSilent: boolean;
}

function itemsOf({ target, path, variables }: Question): Iterable<Item> {
  return pathItems(parseJsonPath(path), parseJsonb(target), variablesOf(variables));
}

function variablesOf(text: string | undefined): ReadonlyMap<string, JsonValue> {
  if (text === undefined || text === '{}') return new Map();
  const value = parseJsonb(text);
  if (value.kind === 'object') return new Map(value.entries);
  throw new SqlError('invalid_parameter_value', '"vars" argument is not an object', {
    detail: 'Jsonpath parameters should be encoded as key-value pairs of "vars" object.',
  });
}

/** The values; a failure is thrown, or ends them when silent. */
function* valuesOf(question: Question): Generator<JsonValue> {
  for (const item of itemsOf(question)) {
    if (!(item instanceof SqlError)) {
      yield item;
      continue;
    }
    if (!question.isSilent) throw item;
    return;
  }
}

/** lax: true at the first item; strict: all items are looked at. NULL after a silent failure. */
function exists(question: Question): boolean | null {
  const { isLax } = parseJsonPath(question.path);
  let isFound = false;
  for (const item of itemsOf(question)) {
    if (item instanceof SqlError) {
      if (question.isSilent) return null;
      throw item;
    }
    isFound = true;
    if (isLax) break;
  }
  return isFound;
}

function matches(question: Question): boolean | null {
  const values = [...valuesOf(question)];
  const [only] = values;
  if (values.length === 1 && only?.kind === 'boolean') return only.value;
  if (values.length === 1 && only?.kind === 'null') return null;
  if (question.isSilent) return null;
  throw new SqlError('singleton_sql_json_item_required', 'single boolean result is expected');
}

type Answer<T> = (question: Question) => T;

/** With and without variables and the silent flag. */
function overloads(returns: string, answer: Answer<string | boolean | null>): ScalarOverload[] {
  const compute = (target: string, path: string, variables?: string, isSilent = false) =>
    answer({ target, path, variables, isSilent });
  return ['jsonb, jsonpath', 'jsonb, jsonpath, jsonb', 'jsonb, jsonpath, jsonb, bool'].map((args) =>
    scalar(`${args} → ${returns}`, compute),
  );
}

function rowOverloads(name: string): TableOverload[] {
  const args = ['jsonb, jsonpath', 'jsonb, jsonpath, jsonb', 'jsonb, jsonpath, jsonb, bool'];
  return args.map((list) =>
    rowsOf(
      `${list} → ${name} jsonb`,
      function* rows(_context, target: string, path: string, variables?: string, isSilent = false) {
        for (const value of valuesOf({ target, path, variables, isSilent }))
          yield [formatJson(value)];
      },
    ),
  );
}

function queryArray(question: Question): string {
  return formatJson({ kind: 'array', items: [...valuesOf(question)] });
}

/** Every item is made, so that a later failure is not missed. */
function queryFirst(question: Question): string | null {
  const [first] = [...valuesOf(question)];
  return first === undefined ? null : formatJson(first);
}

const silently = (answer: Answer<boolean | null>) => (target: string, path: string) =>
  answer({ target, path, variables: undefined, isSilent: true });

export const pathFunctions: readonly FunctionRecord[] = [
  define(
    'jsonb_path_exists jsonb_path_exists_tz',
    {
      text: 'whether a path finds something',
      example: [`jsonb_path_exists('{"a":[1,2,3]}', '$.a[*] ? (@ >= 2)')`, 't'],
    },
    ...overloads('bool', exists),
  ),
  define(
    'jsonb_path_match jsonb_path_match_tz',
    {
      text: 'answer of a path predicate',
      example: [`jsonb_path_match('{"a":[1,2,3]}', 'exists($.a[*] ? (@ >= 2))')`, 't'],
    },
    ...overloads('bool', matches),
  ),
  define(
    'jsonb_path_query',
    { text: 'what a path finds, a row each' },
    ...rowOverloads('jsonb_path_query'),
  ),
  define(
    'jsonb_path_query_tz',
    { text: 'what a path finds, a row each' },
    ...rowOverloads('jsonb_path_query_tz'),
  ),
  define(
    'jsonb_path_query_array jsonb_path_query_array_tz',
    {
      text: 'what a path finds, as an array',
      example: [`jsonb_path_query_array('{"a":[1,2,3]}', '$.a[*] ? (@ >= 2)')`, '[2, 3]'],
    },
    ...overloads('jsonb', queryArray),
  ),
  define(
    'jsonb_path_query_first jsonb_path_query_first_tz',
    {
      text: 'the first that a path finds',
      example: [`jsonb_path_query_first('{"a":[1,2]}', '$.a[1]')`, '2'],
    },
    ...overloads('jsonb', queryFirst),
  ),
  operator(
    '@?',
    {
      text: 'whether a path finds something',
      example: [`'{"a":[1,2]}'::jsonb @? '$.a[*] ? (@ > 1)'`, 't'],
    },
    scalar('jsonb, jsonpath → bool', silently(exists)),
  ),
  operator(
    '@@',
    { text: 'answer of a path predicate', example: [`'{"a":[1,2]}'::jsonb @@ '$.a[*] > 1'`, 't'] },
    scalar('jsonb, jsonpath → bool', silently(matches)),
  ),
];
