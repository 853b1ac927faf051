/** Signatures and texts of functions, as ruleutils writes them. */
import { splitNames } from '../../types/name-list.ts';
import { quoteIdentifier, quoteLiteral } from '../../functions/text/quote.ts';
import { typeName } from './lookup.ts';
import type { Moment } from './moment.ts';
import type { ProcFact } from './proc-facts.ts';
import { languageNames } from './rows/procs.ts';

const modeWords: Readonly<Record<string, string>> = { o: 'OUT ', b: 'INOUT ', v: 'VARIADIC ' };

/** `identity` leaves out defaults. */
export function functionArguments(
  moment: Moment,
  oid: number,
  identity: boolean,
): string | undefined {
  const proc = moment.procByOid(oid);
  if (proc === undefined) return undefined;
  const types = proc.allArgs ?? proc.args;
  let input = 0;
  return types
    .flatMap((type, i) => {
      const mode = modeOf(proc, i);
      if (mode === 't') return [];
      if (mode !== 'o') input += 1;
      const name = proc.argNames?.[i] ?? '';
      const word = proc.kind === 'p' && mode === 'i' ? 'IN ' : (modeWords[mode] ?? '');
      const words = `${word}${name === '' ? '' : `${quoteIdentifier(name)} `}`;
      const value = identity || mode === 'o' ? undefined : defaultOf(moment, proc, input);
      const suffix = value === undefined ? '' : ` DEFAULT ${value}`;
      return [`${words}${typeName(moment, type) ?? '???'}${suffix}`];
    })
    .join(', ');
}

/** The default of an input argument, counted from 1. */
function defaultOf(moment: Moment, proc: ProcFact, input: number): string | undefined {
  const own = moment.userProc(proc.oid);
  if (own === undefined) return undefined;
  const inputs = own.record.parameters.filter(({ mode }) => mode !== 'out' && mode !== 'table');
  const sql = inputs[input - 1]?.defaultSql;
  return sql === undefined ? undefined : moment.expressionText(sql);
}

/** Of an argument by its number among all of them. */
export function functionDefault(moment: Moment, oid: number, number: number): string | undefined {
  const sql = moment.userProc(oid)?.record.parameters[number - 1]?.defaultSql;
  return sql === undefined ? undefined : moment.expressionText(sql);
}

function modeOf(proc: ProcFact, position: number): string {
  const mode = proc.argModes?.[position];
  if (mode !== undefined) return mode;
  return proc.variadic && position === proc.args.length - 1 ? 'v' : 'i';
}

export function functionResult(moment: Moment, oid: number): string | undefined {
  const proc = moment.procByOid(oid);
  if (proc === undefined || proc.kind === 'p') return undefined;
  const columns = (proc.allArgs ?? []).flatMap((type, i) =>
    modeOf(proc, i) === 't'
      ? [`${quoteIdentifier(proc.argNames?.[i] ?? '')} ${typeName(moment, type) ?? '???'}`]
      : [],
  );
  if (columns.length > 0) return `TABLE(${columns.join(', ')})`;
  return `${proc.returnsSet ? 'SETOF ' : ''}${typeName(moment, proc.result) ?? '???'}`;
}

const volatilities: Readonly<Record<string, string>> = { i: ' IMMUTABLE', s: ' STABLE', v: '' };
const parallels: Readonly<Record<string, string>> = {
  s: ' PARALLEL SAFE',
  r: ' PARALLEL RESTRICTED',
  u: '',
};

export function functionDefinition(moment: Moment, oid: number): string | undefined {
  const proc = moment.procByOid(oid);
  if (proc === undefined || proc.kind === 'a') return undefined;
  const own = moment.userProc(oid)?.record;
  const isProcedure = proc.kind === 'p';
  const name = `${quoteIdentifier(proc.schema)}.${quoteIdentifier(proc.name)}`;
  const args = functionArguments(moment, oid, false) ?? '';
  const language = languageNames.find(([each]) => each === proc.language)?.[1] ?? 'internal';
  const traits = [
    proc.kind === 'w' ? ' WINDOW' : '',
    volatilities[proc.volatility] ?? '',
    parallels[proc.parallel] ?? '',
    proc.strict ? ' STRICT' : '',
    own?.isDefiner === true ? ' SECURITY DEFINER' : '',
    own?.isLeakproof === true ? ' LEAKPROOF' : '',
    own === undefined || own.cost === 100 ? '' : ` COST ${own.cost}`,
    own === undefined || own.rows === 0 || own.rows === 1000 ? '' : ` ROWS ${own.rows}`,
  ].join('');
  return [
    `CREATE OR REPLACE ${isProcedure ? 'PROCEDURE' : 'FUNCTION'} ${name}(${args})`,
    ...(isProcedure ? [] : [` RETURNS ${functionResult(moment, oid) ?? 'void'}`]),
    ` LANGUAGE ${quoteIdentifier(language)}`,
    ...(traits === '' ? [] : [traits]),
    ...Object.entries(own?.settings ?? {}).map(settingText),
    bodyText(own?.standardText, own?.body ?? proc.name, isProcedure),
    '',
  ].join('\n');
}

/** Settings that are lists of names. */
const nameLists = new Set(['search_path', 'temp_tablespaces']);

function settingText([name, value]: readonly [name: string, value: string]): string {
  const names = nameLists.has(name) ? (splitNames(value) ?? [value]) : [value];
  return ` SET ${quoteIdentifier(name)} TO ${names.map(quoteLiteral).join(', ')}`;
}

function bodyText(standard: string | undefined, body: string, isProcedure: boolean): string {
  if (standard !== undefined) return standard;
  let tag = isProcedure ? '$procedure' : '$function';
  while (body.includes(tag)) tag += 'x';
  return `AS ${tag}$${body}${tag}$`;
}
