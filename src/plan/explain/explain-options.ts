/** EXPLAIN's options, as written in the statement. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { ExplainStmt, Node } from '@pgsql/types';

export interface ExplainOptions {
  readonly analyze: boolean;
  readonly verbose: boolean;
  readonly costs: boolean;
  readonly timing: boolean;
  readonly summary: boolean;
  readonly buffers: boolean;
  readonly format: 'text' | 'json';
}

type Switch = Exclude<keyof ExplainOptions, 'format'>;

const switches = ['analyze', 'verbose', 'costs', 'timing', 'summary', 'buffers'] as const;
/** Accepted, nothing to show for them. */
const tolerated = new Set(['settings', 'wal', 'generic_plan', 'memory']);

/** Errors: 42601 for unknown options, 22023 for bad formats, 0A000 for XML and YAML. */
export function explainOptionsOf(statement: ExplainStmt): ExplainOptions {
  const given = new Map<Switch, boolean>();
  let format: ExplainOptions['format'] = 'text';
  for (const option of statement.options ?? []) {
    if (!('DefElem' in option)) continue;
    const { defname = '', arg } = option.DefElem;
    if (defname === 'format') format = formatOf(arg);
    else if (isSwitch(defname)) given.set(defname, booleanOf(defname, arg));
    else if (!tolerated.has(defname)) {
      throw new SqlError('syntax_error', `unrecognized EXPLAIN option "${defname}"`);
    }
  }
  const analyze = given.get('analyze') ?? false;
  if (given.get('timing') === true && !analyze) {
    throw new SqlError('invalid_parameter_value', 'EXPLAIN option TIMING requires ANALYZE');
  }
  return {
    analyze,
    verbose: given.get('verbose') ?? false,
    costs: given.get('costs') ?? true,
    timing: given.get('timing') ?? analyze,
    summary: given.get('summary') ?? analyze,
    buffers: given.get('buffers') ?? false,
    format,
  };
}

function isSwitch(name: string): name is Switch {
  return (switches as readonly string[]).includes(name);
}

function wordOf(arg: Node | undefined): string | undefined {
  if (arg === undefined) return undefined;
  if ('String' in arg) return arg.String.sval ?? '';
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0);
  if ('Boolean' in arg) return String(arg.Boolean.boolval ?? false);
  return 'Float' in arg ? (arg.Float.fval ?? '') : '';
}

function booleanOf(name: string, arg: Node | undefined): boolean {
  const word = wordOf(arg)?.toLowerCase();
  if (word === undefined || ['true', 'on', '1'].includes(word)) return true;
  if (['false', 'off', '0'].includes(word)) return false;
  throw new SqlError('syntax_error', `${name} requires a Boolean value`);
}

function formatOf(arg: Node | undefined): ExplainOptions['format'] {
  const word = wordOf(arg) ?? '';
  if (word === 'text' || word === 'json') return word;
  if (word === 'xml' || word === 'yaml') throw unsupported(`EXPLAIN format ${word.toUpperCase()}`);
  const message = `unrecognized value for EXPLAIN option "format": "${word}"`;
  throw new SqlError('invalid_parameter_value', message);
}
