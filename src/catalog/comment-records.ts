/** Keys of comments: catalog, object and column, as in pg_description. */

/** OIDs of the catalogs whose objects may be commented on. */
export const catalogOids = {
  accessMethod: 2601,
  cast: 2605,
  class: 1259,
  collation: 3456,
  constraint: 2606,
  database: 1262,
  extension: 3079,
  function: 1255,
  language: 2612,
  largeObject: 2613,
  operator: 2617,
  operatorClass: 2616,
  operatorFamily: 2753,
  role: 1260,
  rule: 2618,
  schema: 2615,
  tablespace: 1213,
  trigger: 2620,
  policy: 3256,
  type: 1247,
} as const;

export interface CommentedObject {
  readonly catalog: number;
  readonly oid: number;
  /** 0: the object itself. */
  readonly column: number;
}

export function commentKey({ catalog, oid, column }: CommentedObject): string {
  return `${catalog}.${oid}.${column}`;
}

export function commentedObject(key: string): CommentedObject {
  const [catalog = 0, oid = 0, column = 0] = key.split('.').map(Number);
  return { catalog, oid, column };
}
