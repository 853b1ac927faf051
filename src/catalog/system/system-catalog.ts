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
import {
  sentState,
  type CatalogState,
  type ReadSpans,
  type SentCatalogState,
  type SystemCatalog,
  type TraceRelation,
} from '../catalog-state.ts';
import type { FactRows, FactTable, ViewDefinition } from '../../plan/planner.ts';
import { superuserOid } from '../access-rights.ts';
import { rowsOf, type Row } from './fact-rows.ts';
import { answers } from './answers.ts';
import { classOid, namespaceOid, procOid, roleOid, typeOid } from './lookup.ts';
import { Moment } from './moment.ts';
import { nameParts } from './names.ts';
import { factSources } from './rows/all.ts';
import type { FactSource } from './rows/fact-table.ts';
import { catalogSchema, systemRelation, type SystemRelation } from './system-relations.ts';
import { isOfStatements, traceRelation, traceSchema } from './trace-relations.ts';
import { systemViews } from './views/all.ts';

const sources = new Map(factSources.map((source) => [source.name, source]));
const views = new Map(systemViews.map((view) => [`${view.schema}.${view.name}`, view.sql]));
/** By relation, with the superuser's name that access lists in them have. */
const fixedRows = new Map<string, { readonly owner: string; readonly rows: readonly Row[] }>();

export function createSystemCatalog(state: CatalogState, readSpans: ReadSpans): SystemCatalog {
  return new MomentCatalog(state, readSpans);
}

/** Whether any moment's catalog has a relation of the name; no schema: pg_catalog. */
export function isSystemRelation(schema: string | undefined, name: string): boolean {
  return relationNamed(schema ?? catalogSchema, name) !== undefined;
}

class MomentCatalog implements SystemCatalog {
  readonly #moment: Moment;
  readonly #readSpans: ReadSpans;
  readonly #answers = new Map<string, string | undefined>();
  readonly #parts = new Map<SystemRelation, readonly FactRows[]>();

  constructor(state: CatalogState, readSpans: ReadSpans) {
    this.#moment = new Moment(state);
    this.#readSpans = readSpans;
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
    const relation = relationNamed(schema ?? catalogSchema, name);
    if (relation === undefined || views.has(`${relation.schema}.${name}`)) return undefined;
    const isEmpty = relation.schema !== traceSchema && sourceOf(relation) === undefined;
    return { ...relation, rowCount: () => this.#countOf(relation), isEmpty };
  }

  #countOf(relation: SystemRelation): number {
    const traces = relation.schema === traceSchema ? this.#traces(relation.name) : undefined;
    if (traces?.kind === 'spans') return traces.spans.spanCount;
    return this.factParts(relation.schema, relation.name).reduce(
      (sum, rows) => sum + rows.length,
      0,
    );
  }

  #traces(name: string): TraceRelation | undefined {
    return this.#moment.state.traces?.(name);
  }

  factParts(schema: string, name: string): readonly FactRows[] {
    const relation = relationNamed(schema, name);
    if (relation === undefined) return this.#sequenceRow(schema, name);
    const parts = this.#parts.get(relation) ?? this.#partsOf(relation);
    this.#parts.set(relation, parts);
    return parts;
  }

  /** A sequence is a relation of one row: its state. */
  #sequenceRow(schema: string, name: string): readonly FactRows[] {
    const sequence = this.#moment.relationNamed(schema, name)?.sequence;
    if (sequence === undefined) return [];
    const { value, ahead } = sequence;
    return [[[value.last, BigInt(ahead), value.isCalled]]];
  }

  #partsOf(relation: SystemRelation): readonly FactRows[] {
    const { schema, name } = relation;
    if (schema === traceSchema) {
      const traces = this.#traces(name);
      if (traces === undefined) return [];
      const rows = traces.kind === 'rows' ? traces.rows : this.#readSpans(traces.spans);
      return [rowsOf(relation, rows)];
    }
    const source = sourceOf(relation);
    if (source === undefined) return [];
    const { name: owner = '' } = this.#moment.access.roleByOid(superuserOid) ?? {};
    const changed = source.changed?.(this.#moment);
    const fixed =
      changed === undefined ? fixedRowsOf(relation, source, owner) : rowsOf(relation, changed);
    return [fixed, this.#moment.rowsOf(relation, source)];
  }

  sent(traceRelations: readonly string[]): SentCatalogState {
    return sentState(this.#moment.state, traceRelations);
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
        return procOid(this.#moment, parts);
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
}

function sourceOf({ schema, name }: SystemRelation): FactSource | undefined {
  return schema === catalogSchema ? sources.get(name) : undefined;
}

function relationNamed(schema: string, name: string): SystemRelation | undefined {
  const isTrace = schema === traceSchema || (schema === catalogSchema && isOfStatements(name));
  return isTrace ? traceRelation(name) : systemRelation(schema, name);
}

function fixedRowsOf(relation: SystemRelation, source: FactSource, owner: string): readonly Row[] {
  const known = fixedRows.get(source.name);
  if (known?.owner === owner) return known.rows;
  const rows = rowsOf(relation, source.fixed?.(owner) ?? []);
  fixedRows.set(source.name, { owner, rows });
  return rows;
}
