/**
 * Test files of SQL and what PostgreSQL says to it. Records are apart by empty lines:
 *
 *     # A comment.
 *     statement ok INSERT 0 2
 *     insert into t values (1, 'a'), (2, null)
 *
 *     query int4 text rowsort
 *     select a, b from t
 *     ----
 *     1 | a
 *     2 | NULL
 *
 *     statement error 42703 at 8
 *     select nope from t
 *     ----
 *     column "nope" does not exist
 *
 *     statement ok COPY 1
 *     copy t from stdin
 *     <<<<
 *     3	c
 *
 * `query` names the types of the columns; `rowsort` compares rows in no order, `names` puts the
 * columns' names first, `once` keeps the statement from being repeated over the extended protocol.
 * `skipif TARGET REASON` and `onlyif TARGET REASON` come before a record; targets are timefusion,
 * postgres and pglite. `connection NAME` says which session runs the record.
 */

export interface ScriptRecord {
  readonly line: number;
  /** Comments and conditions, as they are in the file. */
  readonly head: readonly string[];
  readonly conditions: readonly Condition[];
  readonly connection: string;
  readonly header: string;
  readonly sql: string;
  readonly copied: string | undefined;
  readonly expected: readonly string[];
}

export interface Condition {
  readonly kind: 'skipif' | 'onlyif';
  readonly target: string;
  readonly reason: string;
}

export function parseScript(text: string): readonly ScriptRecord[] {
  const records: ScriptRecord[] = [];
  let block: string[] = [];
  const lines = [...text.split('\n'), ''];
  lines.forEach((line, index) => {
    if (line !== '') block.push(line);
    else if (block.length > 0) {
      records.push(parseRecord(block, index - block.length + 1));
      block = [];
    }
  });
  return records;
}

const headLine = /^(#|skipif |onlyif |connection )/;

function parseRecord(block: readonly string[], firstLine: number): ScriptRecord {
  const start = block.findIndex((line) => !headLine.test(line));
  const head = start < 0 ? block : block.slice(0, start);
  const [header = '', ...body] = start < 0 ? [] : block.slice(start);
  const answerAt = body.indexOf('----');
  const question = answerAt < 0 ? body : body.slice(0, answerAt);
  const copyAt = question.indexOf('<<<<');
  const copied = copyAt < 0 ? undefined : question.slice(copyAt + 1).map((line) => `${line}\n`);
  return {
    line: firstLine + head.length,
    head,
    conditions: head.flatMap(parseCondition),
    connection: head.find((line) => line.startsWith('connection '))?.slice(11) ?? '',
    header,
    sql: (copyAt < 0 ? question : question.slice(0, copyAt)).join('\n'),
    copied: copied?.join(''),
    expected: answerAt < 0 ? [] : body.slice(answerAt + 1),
  };
}

function parseCondition(line: string): readonly Condition[] {
  const match = /^(skipif|onlyif) (\S+) ?(.*)$/.exec(line);
  if (match === null) return [];
  const [, kind, target = '', reason = ''] = match;
  return [{ kind: kind === 'skipif' ? 'skipif' : 'onlyif', target, reason }];
}

export function appliesTo({ conditions, sql }: ScriptRecord, target: string): boolean {
  const isExcluded = conditions.some(({ kind, target: named }) =>
    kind === 'skipif' ? named === target : named !== target,
  );
  return sql !== '' && !isExcluded;
}

export function printScript(records: readonly ScriptRecord[]): string {
  return `${records.map(printRecord).join('\n\n')}\n`;
}

function printRecord({ head, header, sql, copied, expected }: ScriptRecord): string {
  if (sql === '') return head.join('\n');
  const data = copied === undefined ? [] : ['<<<<', ...copied.split('\n').slice(0, -1)];
  const answer = expected.length === 0 && !header.startsWith('query') ? [] : ['----', ...expected];
  return [...head, header, sql, ...data, ...answer].join('\n');
}
