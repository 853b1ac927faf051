/**
 * Trace scripts: SQL and the span tree it gives.
 *
 *     # comment
 *     setup                      run <mode>            mode: simple, extended; default simple
 *     CREATE TABLE …             SELECT …
 *                                ----
 *     (blank line ends a block)  SELECT t rows …       the tree, two spaces a level
 */
export interface TraceBlock {
  readonly kind: 'comment' | 'setup' | 'run';
  readonly mode: string;
  readonly sql: string;
  expected: string;
}

export function parseTraceScript(text: string): readonly TraceBlock[] {
  return text
    .split(/\n{2,}/)
    .map((block) => block.replace(/^\n+|\n+$/g, ''))
    .filter((block) => block !== '')
    .map(parseBlock);
}

function parseBlock(block: string): TraceBlock {
  if (block.split('\n').every((line) => line.startsWith('#'))) {
    return { kind: 'comment', mode: '', sql: block, expected: '' };
  }
  const [head = '', ...rest] = block.split('\n');
  const [kind, mode = 'simple'] = head.split(' ');
  const [sql = '', expected = ''] = rest.join('\n').split(/^----$/m);
  if (kind !== 'setup' && kind !== 'run') throw new Error(`no block is called "${head}"`);
  return { kind, mode, sql: sql.trim(), expected: expected.replace(/^\n/, '').trimEnd() };
}

export function formatTraceScript(blocks: readonly TraceBlock[]): string {
  return `${blocks.map(formatBlock).join('\n\n')}\n`;
}

function formatBlock({ kind, mode, sql, expected }: TraceBlock): string {
  if (kind === 'comment') return sql;
  const head = mode === 'simple' ? kind : `${kind} ${mode}`;
  return kind === 'setup' ? `${head}\n${sql}` : `${head}\n${sql}\n----\n${expected}`;
}
