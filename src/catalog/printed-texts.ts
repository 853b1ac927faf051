/**
 * Stored queries and expressions as PostgreSQL shows them. Printing needs the parser, which worker
 * threads do not have: they are sent the texts with the state.
 *
 *     SELECT t.a FROM public.t WHERE (t.a > 1)
 *       ──▶ plain, pretty: the same with a mark around `public.t`, since what a search path shows
 *           of a name differs from session to session
 */
import { quoteIdentifier } from '../functions/text/quote.ts';
import { reprintExpression, reprintQuery } from '../sql/print/print.ts';
import type { CatalogState } from './catalog-state.ts';
import { conditionsOf, policiesOf } from './policy-records.ts';
import { isDomainRecord, keptCast, userTypesOf, type UserTypeRecord } from './type-records.ts';
import { domainChecks } from './system/rows/domain-checks.ts';

export interface PrintedTexts {
  /** Plain and pretty, by the view's definition; absent: it cannot be printed. */
  readonly views: ReadonlyMap<string, readonly [plain: string, pretty: string]>;
  /** Plain and pretty, by a policy's condition. */
  readonly conditions: ReadonlyMap<string, readonly [plain: string, pretty: string]>;
  /** Pretty, by the plain text. */
  readonly expressions: ReadonlyMap<string, string>;
}

const textsMax = 4096;

/** A cache that is emptied when it is full. */
function remembered<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    if (known.size >= textsMax) known.clear();
    known.set(key, made);
    return made;
  };
}

const mark = '\u{F0000}';

function marked(schema: string | undefined, name: string): string {
  return schema === undefined ? quoteIdentifier(name) : `${mark}${schema}${mark}${name}${mark}`;
}

const markPattern = new RegExp(`${mark}([^${mark}]*)${mark}([^${mark}]*)${mark}`, 'gu');

/** The text with relations named as `shown` says. */
export function withNames(text: string, shown: (schema: string, name: string) => string): string {
  return text.replaceAll(markPattern, (_, schema: string, name: string) => shown(schema, name));
}

export const printedView = remembered((sql): readonly [string, string] | null => {
  const plain = reprintQuery(sql, { pretty: false, relationName: marked });
  const pretty = reprintQuery(sql, { pretty: true, relationName: marked });
  return plain === undefined || pretty === undefined ? null : [plain, pretty];
});

export const printedCondition = remembered((sql): readonly [string, string] => {
  const style = { isDomain: false, relationName: marked };
  const printed = (isPretty: boolean): string => {
    return reprintExpression(sql, { ...style, pretty: isPretty }) ?? sql;
  };
  return [sql.includes('SELECT') ? printed(false) : sql, printed(true)];
});

/** Only the conditions of domains say VALUE without quotes. */
const domainValue = /(?<![\w"'])VALUE(?![\w"'])/;

export const printedExpression = remembered((sql) => {
  const isDomain = domainValue.test(sql);
  return reprintExpression(sql, { pretty: true, isDomain, relationName: marked }) ?? sql;
});

/** A user's type, or the relation that has a row type. */
type NamedType = Pick<UserTypeRecord, 'schema' | 'name'>;

/** As it is shown where the search path has the types. */
function withShortTypes(sql: string, types: readonly NamedType[]): string {
  if (!sql.includes('::"')) return sql;
  return types.reduce((text, type) => {
    return text.replaceAll(keptCast(type), `::${quoteIdentifier(type.name)}`);
  }, sql);
}

/** The texts of everything that the state stores. */
export function printedTexts(state: CatalogState): PrintedTexts {
  const expressions = state.tables.flatMap(({ definition }) => [
    ...definition.columns.flatMap(({ defaultSql }) => defaultSql ?? []),
    ...definition.constraints.flatMap(({ checkSql }) => checkSql ?? []),
    ...(definition.indexes ?? []).flatMap(({ expressions: parts = [], where }) => [
      ...parts.map(({ sql }) => sql),
      ...(where === undefined ? [] : [where]),
    ]),
  ]);
  const types = userTypesOf(state.records);
  const tables = state.tables.map(({ definition }) => definition);
  const named: readonly NamedType[] = [...types, ...tables, ...state.views];
  const own = types.flatMap((record) => {
    if (!isDomainRecord(record)) return [];
    const { defaultSql, checks } = record;
    return [...(defaultSql === undefined ? [] : [defaultSql]), ...checks.map(({ sql }) => sql)];
  });
  const domains = [...domainChecks().map(({ condition }) => condition), ...own];
  const all = [...expressions, ...domains].flatMap((sql) => {
    const shown = withShortTypes(sql, named);
    return shown === sql ? [sql] : [sql, shown];
  });
  const conditions = policiesOf(state.records)
    .flatMap(conditionsOf)
    .map(({ sql }) => sql);
  const materialized = state.tables.flatMap(({ definition }) => definition.materialized ?? []);
  const views = [...state.views, ...materialized].flatMap(({ definition }) => definition ?? []);
  return {
    conditions: new Map(conditions.map((sql) => [sql, printedCondition(sql)])),
    expressions: new Map(all.map((sql) => [sql, printedExpression(sql)])),
    views: new Map(
      views.flatMap((sql) => {
        const texts = printedView(sql);
        return texts === null ? [] : [[sql, texts] as const];
      }),
    ),
  };
}
