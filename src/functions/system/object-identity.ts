/** Names by which the catalog's objects are told apart. */
import { unsupported } from '../../errors/sql-error.ts';
import type { RecordValue } from '../../types/datum.ts';
import { contextual, family, scalar } from '../define.ts';
import type { EvaluationContext, FunctionRecord } from '../function-record.ts';
import { factOf } from './catalog-facts.ts';

const define = family('system');

const identityFields = ['type', 'schema', 'name', 'identity'];

/** Errors: 0A000 for catalogs whose objects have no identity here. */
function identifyObject(
  context: EvaluationContext,
  classOid: number,
  oid: number,
  column: number,
): RecordValue {
  const key = `${classOid >>> 0}.${oid >>> 0}.${column}`;
  const found = factOf(context, 'object_identity', key);
  if (found === undefined) throw unsupported('pg_identify_object of this catalog');
  const values = JSON.parse(found) as readonly (string | null)[];
  return {
    fields: identityFields.map((name, at) => ({ type: 'text', name, value: values[at] ?? null })),
  };
}

const nameBytesMax = 63;

/** The number stays whole; the name before it is cut to whole characters. */
function nameWithOid(name: string, oid: number): string {
  const suffix = `_${oid >>> 0}`;
  const bytes = Buffer.from(name);
  let end = Math.min(bytes.length, nameBytesMax - suffix.length);
  while (end < bytes.length && ((bytes[end] as number) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end) + suffix;
}

export const identityFunctions: readonly FunctionRecord[] = [
  define(
    'pg_identify_object',
    { text: 'kind, schema, name and full name of an object' },
    contextual('oid, oid, int4 → record', identifyObject),
  ),
  define(
    'nameconcatoid',
    { text: 'a name and a number', example: ["nameconcatoid('f', 42)", 'f_42'] },
    scalar('name, oid → name', nameWithOid),
  ),
];
