/** Columns that describe a type, the same in columns, routines, parameters, domains, elements. */
import { database } from './information-view.ts';

/** Expressions of a type's OID and modifier. */
interface Measured {
  readonly oid: string;
  readonly typmod: string;
}

interface Described extends Measured {
  /** Alias of pg_type, joined on the OID, and of its pg_namespace. */
  readonly type: string;
  readonly schema: string;
}

function byType(oid: string, arms: readonly (readonly [types: string, value: string])[]): string {
  const cases = arms.map(([types, value]) => `WHEN ${oid} IN (${types}) THEN ${value}`);
  return `CASE ${cases.join(' ')} END`;
}

/** `-1` means that the type has no modifier. */
function known(typmod: string, value: string, otherwise = 'NULL'): string {
  return `CASE WHEN ${typmod} = -1 THEN ${otherwise} ELSE ${value} END`;
}

export function dataType({ oid, type, schema }: Described): string {
  return `CASE WHEN ${type}.typelem <> 0 AND ${type}.typlen = -1 THEN 'ARRAY'
    WHEN ${schema}.nspname = 'pg_catalog' THEN pg_catalog.format_type(${oid}, NULL)
    ELSE 'USER-DEFINED' END`;
}

/** Lengths and precisions, from type and modifier. */
export function typeMeasures({ oid, typmod }: Measured) {
  return {
    character_maximum_length: byType(oid, [
      ['1042, 1043', known(typmod, `${typmod} - 4`)],
      ['1560, 1562', known(typmod, typmod)],
    ]),
    character_octet_length: byType(oid, [
      ['25', '1073741824'],
      ['1042, 1043', known(typmod, `(${typmod} - 4) * 4`, '1073741824')],
    ]),
    numeric_precision: byType(oid, [
      ['21', '16'],
      ['23', '32'],
      ['20', '64'],
      ['700', '24'],
      ['701', '53'],
      ['1700', known(typmod, `((${typmod} - 4) >> 16) & 65535`)],
    ]),
    numeric_precision_radix: byType(oid, [
      ['20, 21, 23, 700, 701', '2'],
      ['1700', '10'],
    ]),
    numeric_scale: byType(oid, [
      ['20, 21, 23', '0'],
      ['1700', known(typmod, `(${typmod} - 4) & 2047`)],
    ]),
    datetime_precision: byType(oid, [
      ['1082', '0'],
      ['1083, 1114, 1184, 1266', known(typmod, typmod, '6')],
      [
        '1186',
        `CASE WHEN ${typmod} < 0 OR ${typmod} & 65535 = 65535 THEN 6
        ELSE ${typmod} & 65535 END`,
      ],
    ]),
    interval_type: byType(oid, [
      ['1186', `information_schema._pg_interval_type(${oid}, ${typmod})`],
    ]),
  };
}

export function udt({ type, schema }: Described, prefix = ''): Readonly<Record<string, string>> {
  return {
    [`${prefix}udt_catalog`]: database,
    [`${prefix}udt_schema`]: `${schema}.nspname`,
    [`${prefix}udt_name`]: `${type}.typname`,
  };
}
