/**
 * pg_catalog and information_schema over one moment's state.
 *
 *     name ──▶ view: SQL text over other relations      views/all.ts
 *          ──▶ fact table: fixed rows + the moment's    rows/all.ts
 *          ──▶ empty relation with PostgreSQL's columns
 *
 * Making a catalog costs nothing; rows are made for the relations that a statement names, and
 * rows that never change are made once per process.
 */
import type { CatalogState, SystemCatalog } from '../catalog-state.ts';
import type { FactTable, ViewDefinition } from '../../plan/planner.ts';
import { rowsOf, type Row } from './fact-rows.ts';
import { answersOf, listedFacts } from './answer-keys.ts';
import { answers } from './answers.ts';
import { classOid, namespaceOid, procOid, roleOid, typeOid } from './lookup.ts';
import { Moment } from './moment.ts';
import { nameParts } from './names.ts';
import { factSources } from './rows/all.ts';
import type { FactSource } from './rows/fact-table.ts';
import { catalogSchema, systemRelation, type SystemRelation } from './system-relations.ts';
import { systemViews } from './views/all.ts';

const sources = new Map(factSources.map((source) => [source.name, source]));
const views = new Map(systemViews.map((view) => [`${view.schema}.${view.name}`, view.sql]));
const fixedRows = new Map<string, readonly Row[]>();

export function createSystemCatalog(state: CatalogState): SystemCatalog {
  return new MomentCatalog(state);
}

class MomentCatalog implements SystemCatalog {
  readonly #moment: Moment;
  readonly #answers = new Map<string, string | undefined>();
  readonly #tables = new Map<SystemRelation, FactTable>();

  constructor(state: CatalogState) {
    this.#moment = new Moment(state);
  }

  findView(schema: string | undefined, name: string): ViewDefinition | undefined {
    const relation = systemRelation(schema ?? catalogSchema, name);
    if (relation === undefined) return undefined;
    const sql = views.get(`${relation.schema}.${name}`);
    return sql === undefined
      ? undefined
      : { oid: relation.oid, schema: relation.schema, name, sql };
  }

  findFacts(schema: string | undefined, name: string): FactTable | undefined {
    const relation = systemRelation(schema ?? catalogSchema, name);
    if (relation === undefined || views.has(`${relation.schema}.${name}`)) return undefined;
    const table = this.#tables.get(relation) ?? this.#table(relation);
    this.#tables.set(relation, table);
    return table;
  }

  #table({ oid, schema, name, columns }: SystemRelation): FactTable {
    let rows: readonly Row[] | undefined;
    return {
      oid,
      schema,
      name,
      columns,
      rows: () => {
        rows ??= this.#rows(schema, name);
        return rows;
      },
    };
  }

  #rows(schema: string, name: string): readonly Row[] {
    const relation = systemRelation(schema, name);
    const source = schema === catalogSchema ? sources.get(name) : undefined;
    if (relation === undefined || source === undefined) return [];
    const current = source.current?.(this.#moment) ?? [];
    return [...fixedRowsOf(relation, source), ...rowsOf(relation, current)];
  }

  resolveName(kind: Parameters<SystemCatalog['resolveName']>[0], name: string): number | undefined {
    const parts = nameParts(name);
    if (parts === undefined) return undefined;
    switch (kind) {
      case 'regclass':
        return classOid(this.#moment, parts);
      case 'regtype':
        return typeOid(this.#moment, name, parts);
      case 'regproc':
        return procOid(parts);
      case 'regnamespace':
        return namespaceOid(this.#moment, parts.at(-1) ?? '');
      case 'regrole':
        return roleOid(this.#moment, parts.at(-1) ?? '');
    }
  }

  find(fact: string, key: string): string | undefined {
    const cacheKey = `${fact} ${key}`;
    if (!this.#answers.has(cacheKey)) {
      const answer = answers[fact]?.(this.#moment, key);
      this.#answers.set(cacheKey, answer === undefined ? undefined : String(answer));
    }
    return this.#answers.get(cacheKey);
  }

  factsFor(facts: readonly string[]): Readonly<Record<string, Readonly<Record<string, string>>>> {
    const wanted = facts.length === 0 ? listedFacts : facts;
    return Object.fromEntries(wanted.map((fact) => [fact, answersOf(this.#moment, fact)]));
  }
}

function fixedRowsOf(relation: SystemRelation, source: FactSource): readonly Row[] {
  const known = fixedRows.get(source.name);
  if (known !== undefined) return known;
  const rows = rowsOf(relation, source.fixed?.() ?? []);
  fixedRows.set(source.name, rows);
  return rows;
}
