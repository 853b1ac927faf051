/** pg_identify_object: kind, schema, name and full name of objects, whatever the search path. */
import { defaultsIdentity } from './default-access-facts.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { formatType } from '../../types/type-name.ts';
import { languageExtension, languageOids } from '../extensions.ts';
import { relationByOid } from './lookup.ts';
import type { Moment } from './moment.ts';
import { classKind } from './object-facts.ts';
import { ruleOid } from './object-ids.ts';
import { largeObjectNamed } from './rows/large-objects.ts';
import { languageNames } from './rows/procs.ts';
import { systemRelationByOid, systemRelations } from './system-relations.ts';
import type { TypeFact } from './type-facts.ts';

interface Identity {
  readonly kind: string;
  readonly schema?: string | undefined;
  readonly name?: string | undefined;
  /** Undefined: there is no such object. */
  readonly identity?: string | undefined;
}

type Identify = (moment: Moment, oid: number, column: number) => Identity;

/** By OID of the catalog. */
const catalogs: Readonly<Record<number, Identify>> = {
  826: (moment, oid) => ({ kind: 'default acl', identity: defaultsIdentity(moment, oid) }),
  1247: identifyType,
  1255: identifyFunction,
  1259: identifyRelation,
  2604: identifyDefault,
  2606: identifyConstraint,
  2612: identifyLanguage,
  2613: identifyLargeObject,
  2615: identifySchema,
  2618: identifyRule,
  3079: identifyExtension,
};

/** `catalog OID.OID.column` → JSON of kind, schema, name, identity; undefined: no such catalog. */
export function objectIdentity(moment: Moment, key: string): string | undefined {
  const [catalog = 0, oid = 0, column = 0] = key.split('.').map(Number);
  const found = catalogs[catalog]?.(moment, oid, column);
  if (found === undefined) return undefined;
  const { kind, schema = null, name = null, identity = null } = found;
  const quoted = (text: string | null): string | null => text && quoteIdentifier(text);
  return JSON.stringify([kind, quoted(schema), quoted(name), identity]);
}

function qualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

const relationKinds: Readonly<Record<string, string>> = {
  r: 'table',
  m: 'materialized view',
  v: 'view',
  i: 'index',
  S: 'sequence',
  t: 'toast table',
};

function identifyRelation(moment: Moment, oid: number, column: number): Identity {
  const relation = relationByOid(moment, oid);
  if (relation === undefined) return { kind: 'relation' };
  const { schema, name } = relation;
  const kind = relationKinds[classKind(moment, oid) ?? ''] ?? 'relation';
  const identity = qualified(schema, name);
  if (column === 0) return { kind, schema, name, identity };
  const own = moment.relationByOid(oid)?.columns.find(({ number }) => number === column)?.name;
  const attribute = own ?? systemRelationByOid(oid)?.columns[column - 1]?.name;
  if (attribute === undefined) return { kind: `${kind} column` };
  return {
    ...{ kind: `${kind} column`, schema, name },
    identity: `${identity}.${quoteIdentifier(attribute)}`,
  };
}

function identifyType(moment: Moment, oid: number): Identity {
  const kind = 'type';
  const type = moment.typeByOid(oid);
  if (type !== undefined) {
    return { kind, schema: type.schema, name: type.name, identity: typeIdentity(moment, type) };
  }
  const rows = [...moment.relations, ...systemRelations()].find(
    ({ rowTypeOid, arrayTypeOid }) => oid !== 0 && (rowTypeOid === oid || arrayTypeOid === oid),
  );
  if (rows === undefined) return { kind };
  const { schema, name } = rows;
  const isRow = rows.rowTypeOid === oid;
  const identity = `${qualified(schema, name)}${isRow ? '' : '[]'}`;
  return { kind, schema, name: isRow ? name : `_${name}`, identity };
}

/** Types with words of their own in SQL (integer) have no schema in their name. */
function typeIdentity(moment: Moment, type: TypeFact): string {
  const element = type.element === 0 ? undefined : moment.typeByOid(type.element);
  if (element?.arrayOid === type.oid) return `${typeIdentity(moment, element)}[]`;
  const shown = formatType(type.oid);
  const hasWords = shown !== '???' && shown !== quoteIdentifier(type.name);
  return hasWords ? shown : qualified(type.schema, type.name);
}

function identifyLargeObject(moment: Moment, oid: number): Identity {
  return { kind: 'large object', identity: largeObjectNamed(moment, oid) };
}

function identifyFunction(moment: Moment, oid: number): Identity {
  const proc = moment.procByOid(oid);
  if (proc === undefined) return { kind: 'routine' };
  const kinds: Readonly<Record<string, string>> = { a: 'aggregate', p: 'procedure' };
  const args = proc.args.map((type) => identifyType(moment, type).identity ?? '???');
  const identity = `${qualified(proc.schema, proc.name)}(${args.join(',')})`;
  return { kind: kinds[proc.kind] ?? 'function', schema: proc.schema, identity };
}

function identifyDefault(moment: Moment, oid: number): Identity {
  const kind = 'default value';
  for (const { schema, name, columns } of moment.relations) {
    const column = columns.find(({ defaultOid }) => defaultOid === oid);
    if (column === undefined) continue;
    return {
      kind,
      identity: `for ${qualified(schema, name)}.${quoteIdentifier(column.name)}`,
    };
  }
  return { kind };
}

function identifyConstraint(moment: Moment, oid: number): Identity {
  const key = [...moment.indexes].find(({ constraintOid }) => constraintOid === oid);
  const found =
    key ??
    moment.checks.find((each) => each.oid === oid) ??
    moment.foreignKeys.find((each) => each.oid === oid);
  if (found !== undefined) {
    const { schema, name } = found.table;
    const identity = `${quoteIdentifier(found.name)} on ${qualified(schema, name)}`;
    return { kind: 'table constraint', schema, identity };
  }
  const check = moment.domainCheck(oid);
  const domain = moment.types.find(
    ({ record }) => 'checks' in record && record.checks.some((each) => each.oid === oid),
  );
  if (check === undefined || domain === undefined) return { kind: 'constraint' };
  const { schema, name } = domain.type;
  const identity = `${quoteIdentifier(check.name)} on ${qualified(schema, name)}`;
  return { kind: 'domain constraint', schema, identity };
}

function identifyRule(moment: Moment, oid: number): Identity {
  const view = moment.relations.find(
    (each) => each.viewSql !== undefined && ruleOid(each.oid) === oid,
  );
  if (view === undefined) return { kind: 'rule' };
  return { kind: 'rule', identity: `"_RETURN" on ${qualified(view.schema, view.name)}` };
}

function identifySchema(moment: Moment, oid: number): Identity {
  const name = moment.schemas.find((each) => each.oid === oid)?.name;
  return { kind: 'schema', name, identity: name && quoteIdentifier(name) };
}

function identifyLanguage(_moment: Moment, oid: number): Identity {
  const name = languageNames.find(([each]) => each === oid)?.[1];
  return { kind: 'language', name, identity: name && quoteIdentifier(name) };
}

function identifyExtension(_moment: Moment, oid: number): Identity {
  const name = oid === languageOids.extension ? languageExtension : undefined;
  return { kind: 'extension', name, identity: name };
}
