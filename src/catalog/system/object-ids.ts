/**
 * OIDs of what belongs to a stored table or view: made from the relation's own OID, so that they
 * are the same after a restart and never stored. All are below 2^31: some clients read int4.
 *
 *     2^28            the database, unless it is `postgres`
 *     2^29            row types, array types     2 per relation
 *     2^29 + 2^26     indexes                   32 per table
 *     2^29 + 2^27     constraints               32 per table
 *     2^29 + 2^27 + 2^26   rules of views        1 per view
 *       … + 2^25      toast tables, their indexes   2 per table
 *     2^29 + 2^28     schemas                   by hash of the name
 *     2^30            column defaults         2048 per table
 */
const firstUserOid = 16_384;
const rowTypes = 2 ** 29;
const indexes = rowTypes + 2 ** 26;
const constraints = rowTypes + 2 ** 27;
const rules = constraints + 2 ** 26;
const toasts = rules + 2 ** 25;
const schemas = rowTypes + 2 ** 28;
const defaults = 2 ** 30;
const database = 2 ** 28;
const postgresDatabase = 5;
const perTable = 32;
const columnsMax = 2048;

const systemSchemas: Readonly<Record<string, number>> = {
  pg_catalog: 11,
  pg_toast: 99,
  public: 2200,
  information_schema: 13_207,
};

export function databaseOid(name: string): number {
  return name === 'postgres' ? postgresDatabase : database;
}

export function rowTypeOid(relationOid: number): number {
  return rowTypes + (relationOid - firstUserOid) * 2;
}

export function arrayTypeOid(relationOid: number): number {
  return rowTypeOid(relationOid) + 1;
}

export function indexOid(tableOid: number, position: number): number {
  return indexes + (tableOid - firstUserOid) * perTable + position;
}

export function constraintOid(tableOid: number, position: number): number {
  return constraints + (tableOid - firstUserOid) * perTable + position;
}

export function toastOid(tableOid: number): number {
  return toasts + (tableOid - firstUserOid) * 2;
}

export function toastIndexOid(tableOid: number): number {
  return toastOid(tableOid) + 1;
}

export function ruleOid(viewOid: number): number {
  return rules + viewOid - firstUserOid;
}

export function defaultOid(tableOid: number, attributeNumber: number): number {
  return defaults + (tableOid - firstUserOid) * columnsMax + attributeNumber;
}

/** Schemas are known by name only; two names share an OID once in about 10^8 pairs. */
export function schemaOid(name: string): number {
  const known = systemSchemas[name];
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return schemas + ((hash >>> 0) & (2 ** 28 - 1));
}
