/**
 * The PL/pgSQL of a DO statement, as far as it is offered: blocks with exception handlers, IF, RAISE,
 * PERFORM, EXECUTE of a text, and SQL statements; no variables, loops or cursors.
 */
import { SqlError, unsupported } from '../errors/sql-error.ts';
import { parsePlpgsqlRaw } from './parser-module.ts';

export type PlStatement = { readonly line: number } & (
  | { readonly kind: 'sql'; readonly sql: string }
  | { readonly kind: 'perform'; readonly query: string }
  | { readonly kind: 'execute'; readonly text: string }
  | {
      readonly kind: 'if';
      readonly branches: readonly PlBranch[];
      readonly otherwise: readonly PlStatement[];
    }
  | PlRaise
  | PlBlock
);

export interface PlRaise {
  readonly kind: 'raise';
  readonly line: number;
  readonly level: PlRaiseLevel;
  /** With `%` for each parameter. */
  readonly message: string | undefined;
  readonly parameters: readonly string[];
  /** The name of a condition, or a code. */
  readonly condition: string | undefined;
  /** USING, in the order given. */
  readonly options: readonly PlRaiseOption[];
}

export interface PlRaiseOption {
  readonly name: PlRaiseOptionName;
  readonly value: string;
}

export type PlRaiseOptionName = (typeof raiseOptions)[number];

/** Of PostgreSQL's plpgsql.h, in the order of its numbers. */
const raiseOptions = [
  ...(['ERRCODE', 'MESSAGE', 'DETAIL', 'HINT', 'COLUMN', 'CONSTRAINT'] as const),
  ...(['DATATYPE', 'TABLE', 'SCHEMA'] as const),
] as const;

export interface PlBlock {
  readonly kind: 'block';
  readonly line: number;
  readonly body: readonly PlStatement[];
  readonly handlers: readonly PlHandler[];
}

export interface PlBranch {
  readonly condition: string;
  readonly body: readonly PlStatement[];
}

export interface PlHandler {
  /** Names of conditions, or codes. */
  readonly conditions: readonly string[];
  readonly body: readonly PlStatement[];
}

export type PlRaiseLevel = 'EXCEPTION' | 'WARNING' | 'NOTICE' | 'INFO' | 'LOG' | 'DEBUG';

type Tree = Readonly<Record<string, unknown>>;

/**
 * The block of a DO statement, whose `text` holds the source. Errors: 42601; 0A000 for what is not
 * offered.
 */
export function parsePlpgsql(source: string, text: string): PlBlock {
  const statement = `DO LANGUAGE plpgsql ${dollarQuoted(source)}`;
  const parsed = parsePlpgsqlRaw(statement);
  if ('fault' in parsed) throw new SqlError('statement_too_complex', 'stack depth limit exceeded');
  if ('message' in parsed) throw syntaxError(parsed.message, source, text);
  const [first] = list(parsed.tree as Tree, 'plpgsql_funcs');
  const declared = list(only(first, 'PLpgSQL_function'), 'datums');
  if (declared.some((datum) => !builtIn.has(String(anyBody(datum)['refname'])))) {
    throw unsupported('DECLARE in DO');
  }
  return block(only(only(first, 'PLpgSQL_function')['action'] as Tree, 'PLpgSQL_stmt_block'));
}

/** The parser tells no place: it is known where the word occurs once. */
function syntaxError(message: string, source: string, text: string): SqlError {
  const word = / at or near "(.+)"$/s.exec(message)?.[1];
  const at = word === undefined ? -1 : text.indexOf(word);
  const isSure = at >= 0 && at === text.lastIndexOf(word ?? '') && text.includes(source);
  const isOfName = message.startsWith('unrecognized exception condition');
  if (isOfName) return new SqlError('undefined_object', message);
  return new SqlError('syntax_error', message, isSure ? { position: at + 1 } : {});
}

const builtIn = new Set(['found', 'sqlstate', 'sqlerrm']);

function dollarQuoted(source: string): string {
  let tag = 'do';
  while (source.includes(`$${tag}$`)) tag += '_';
  return `$${tag}$${source}$${tag}$`;
}

function list(tree: Tree, key: string): readonly Tree[] {
  return (tree[key] ?? []) as readonly Tree[];
}

function anyBody(tree: Tree): Tree {
  return (Object.values(tree)[0] ?? {}) as Tree;
}

function only(tree: Tree | undefined, key: string): Tree {
  return (tree?.[key] ?? {}) as Tree;
}

function expression(holder: unknown): string {
  const text = String(only(holder as Tree, 'PLpgSQL_expr')['query']);
  if (/\b(found|sqlstate|sqlerrm)\b/i.test(text)) {
    throw unsupported('reading FOUND, SQLSTATE or SQLERRM in DO');
  }
  return text;
}

function statements(trees: readonly Tree[]): readonly PlStatement[] {
  return trees.flatMap((tree) => {
    const [kind, body] = Object.entries(tree)[0] ?? ['', {}];
    const read = readers[kind];
    if (read === undefined) {
      throw unsupported(`${kind.replace('PLpgSQL_stmt_', '').toUpperCase()} in DO`);
    }
    return read(body as Tree);
  });
}

const line = (tree: Tree): number => Number(tree['lineno'] ?? 0);

const readers: Readonly<Record<string, (body: Tree) => readonly PlStatement[]>> = {
  PLpgSQL_stmt_block: (body) => [block(body)],
  PLpgSQL_stmt_execsql: (body) => {
    if (body['into'] === true) throw unsupported('INTO in DO');
    return [{ kind: 'sql', line: line(body), sql: expression(body['sqlstmt']) }];
  },
  PLpgSQL_stmt_perform: (body) => [
    { kind: 'perform', line: line(body), query: expression(body['expr']) },
  ],
  PLpgSQL_stmt_dynexecute: (body) => {
    if (body['into'] === true || body['params'] !== undefined) {
      throw unsupported('EXECUTE with INTO or USING in DO');
    }
    return [{ kind: 'execute', line: line(body), text: expression(body['query']) }];
  },
  PLpgSQL_stmt_if: (body) => {
    const others = list(body, 'elsif_list').map((each) => only(each, 'PLpgSQL_if_elsif'));
    const first = {
      condition: expression(body['cond']),
      body: statements(list(body, 'then_body')),
    };
    const branches = others.map((each) => ({
      condition: expression(each['cond']),
      body: statements(list(each, 'stmts')),
    }));
    const otherwise = statements(list(body, 'else_body'));
    return [{ kind: 'if', line: line(body), branches: [first, ...branches], otherwise }];
  },
  PLpgSQL_stmt_raise: (body) => {
    const level = raiseLevels[Number(body['elog_level'])];
    const message = body['message'] as string | undefined;
    const condition = body['condname'] as string | undefined;
    const options = list(body, 'options').map(raiseOption);
    if (level === undefined || (message ?? condition ?? options[0]) === undefined) {
      throw unsupported('RAISE of nothing in DO');
    }
    const parameters = list(body, 'params').map(expression);
    return [{ kind: 'raise', line: line(body), level, message, parameters, condition, options }];
  },
  // The parser ends every body with one.
  PLpgSQL_stmt_return: () => [],
};

function raiseOption(tree: Tree): PlRaiseOption {
  const option = only(tree, 'PLpgSQL_raise_option');
  const name = raiseOptions[Number(option['opt_type'] ?? 0)];
  if (name === undefined) throw unsupported('this option of RAISE in DO');
  return { name, value: expression(option['expr']) };
}

/** Of PostgreSQL's elog.h. */
const raiseLevels: Readonly<Record<number, PlRaiseLevel>> = {
  14: 'DEBUG',
  15: 'LOG',
  17: 'INFO',
  18: 'NOTICE',
  19: 'WARNING',
  21: 'EXCEPTION',
};

function block(body: Tree): PlBlock {
  const handlers = list(
    only(only({ e: body['exceptions'] } as Tree, 'e'), 'PLpgSQL_exception_block'),
    'exc_list',
  );
  return {
    kind: 'block',
    line: line(body),
    body: statements(list(body, 'body')),
    handlers: handlers.map((each) => {
      const handler = only(each, 'PLpgSQL_exception');
      return {
        conditions: list(handler, 'conditions').map((condition) =>
          String(only(condition, 'PLpgSQL_condition')['condname']),
        ),
        body: statements(list(handler, 'action')),
      };
    }),
  };
}
