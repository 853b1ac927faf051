/** pg_type, pg_enum, pg_range, pg_cast: what types there are and how they turn into one another. */
import { castFacts } from '../facts/casts.ts';
import { castsOf } from '../../cast-records.ts';
import { rangeFacts } from '../facts/ranges.ts';
import { isEnumRecord } from '../../type-records.ts';
import type { Datum } from '../../../types/datum.ts';
import { arrayOf, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import { schemaOid } from '../object-ids.ts';
import { recordsOf } from '../static-records.ts';
import { systemRelations } from '../system-relations.ts';
import { arrayTypeOf, builtInTypes, rowTypeOf, type TypeFact } from '../type-facts.ts';
import type { FactSource } from './fact-table.ts';

const superuser = 10;

function typeFields(type: TypeFact, namespace = schemaOid(type.schema), owner = superuser): Fields {
  const [input, output, receive, send, typmodIn, typmodOut, analyze, subscript] = type.procs;
  return {
    oid: type.oid,
    typname: type.name,
    typnamespace: namespace,
    typowner: owner,
    typlen: type.length,
    typbyval: type.byValue,
    typtype: type.kind,
    typcategory: type.category,
    typispreferred: type.preferred,
    typisdefined: true,
    typdelim: type.delimiter,
    typrelid: type.relation,
    typsubscript: subscript,
    typelem: type.element,
    typarray: type.arrayOid,
    typinput: input,
    typoutput: output,
    typreceive: receive,
    typsend: send,
    typmodin: typmodIn,
    typmodout: typmodOut,
    typanalyze: analyze,
    typalign: type.align,
    typstorage: type.storage,
    typnotnull: type.notNull === true,
    typbasetype: type.baseType,
    typtypmod: type.typmod,
    typcollation: type.collation,
    typdefault: type.defaultSql ?? null,
    typdefaultbin: type.defaultSql ?? null,
  };
}

function fixedTypes(): readonly Fields[] {
  const own = [...builtInTypes()].map((type) => typeFields(type));
  const rows = systemRelations()
    .filter(({ rowTypeOid }) => rowTypeOid !== 0)
    .flatMap((relation) => {
      const type = rowTypeOf(relation);
      const types = type.arrayOid === 0 ? [type] : [type, arrayTypeOf(type)];
      return types.map((each) => typeFields(each, schemaOid(relation.schema)));
    });
  return [...own, ...rows];
}

function currentTypes(moment: Moment): readonly Fields[] {
  const made = moment.types.flatMap(({ type, array, record }) => {
    const owner = moment.ownerOid(record.owner);
    const [own, ofArrays] = [type, array].map((each) => {
      return typeFields(each, schemaOid(type.schema), owner);
    });
    return [{ ...own, typacl: typeAcl(moment, record.oid) }, ofArrays ?? {}];
  });
  const rows = moment.relations.flatMap((relation) => {
    if (relation.rowTypeOid === 0) return [];
    const type = rowTypeOf(relation);
    const owner = moment.ownerOid(relation.owner);
    const typacl = typeAcl(moment, type.oid);
    const own = { ...typeFields(type, relation.schemaOid, owner), typacl };
    return [own, typeFields(arrayTypeOf(type), relation.schemaOid, owner)];
  });
  return [...made, ...rows];
}

function typeAcl({ access }: Moment, oid: number): Datum | null {
  const items = access.listOf({ kind: 'type', id: oid })?.items;
  return items === undefined ? null : arrayOf('aclitem', access.itemTexts(items));
}

function labels(moment: Moment): readonly Fields[] {
  return moment.types.flatMap(({ record }) =>
    (isEnumRecord(record) ? record.labels : []).map(({ oid, label, sortOrder }) => {
      return { oid, enumtypid: record.oid, enumsortorder: sortOrder, enumlabel: label };
    }),
  );
}

function ranges(): readonly Fields[] {
  return recordsOf(rangeFacts).map((words) => {
    const [type, subtype, multirange, operatorClass, canonical, difference] = words.map(Number);
    return {
      rngtypid: type,
      rngsubtype: subtype,
      rngmultitypid: multirange,
      rngsubopc: operatorClass,
      rngcanonical: canonical,
      rngsubdiff: difference,
    };
  });
}

function casts(): readonly Fields[] {
  return recordsOf(castFacts).map(([oid, source, target, proc, how = '']) => ({
    oid: Number(oid),
    castsource: Number(source),
    casttarget: Number(target),
    castfunc: Number(proc),
    castcontext: how[0] ?? 'e',
    castmethod: how[1] ?? 'f',
  }));
}

function userCasts({ state }: Moment): readonly Fields[] {
  return castsOf(state.records).map(({ oid, source, target, use, routine }) => ({
    oid,
    castsource: source,
    casttarget: target,
    castfunc: routine ?? 0,
    castcontext: use.slice(0, 1),
    castmethod: routine === undefined ? 'i' : 'f',
  }));
}

export const typeSources: readonly FactSource[] = [
  { name: 'pg_type', fixed: fixedTypes, current: currentTypes },
  { name: 'pg_enum', current: labels },
  { name: 'pg_range', fixed: ranges },
  { name: 'pg_cast', fixed: casts, current: userCasts },
];
