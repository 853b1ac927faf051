/**
 * Users' objects of a server by OID and by name. Captures name objects by the OIDs that they had
 * in the captured database; here each gets the OID that it has on the server at hand, and OIDs in
 * answers become names again, so that answers of two servers can be compared.
 */
import type { CapturedStatement } from './capture.ts';
import type { ReplaySession } from './replay-session.ts';

const firstUserOid = 16_384;
/** No object of any server. */
const unknownOid = 2_000_000_000;

/** Toast tables are named after the OIDs of their tables. */
const query = `
select oid::int8, 'class ' || relnamespace::regnamespace::text || '.' ||
  case when relnamespace = 99 then regexp_replace(relname, '\\d+',
    (substring(relname from '\\d+')::oid::regclass)::text) else relname end from pg_class
union all
select oid::int8, 'rule ' || ev_class::regclass::text || ' ' || rulename from pg_rewrite
union all
select oid::int8, 'type ' || typnamespace::regnamespace::text || '.' || typname from pg_type
union all select oid::int8, 'schema ' || nspname from pg_namespace
union all select oid::int8, 'routine ' || proname from pg_proc
union all select oid::int8, 'database ' || datname from pg_database
union all select oid::int8, 'role ' || rolname from pg_roles
union all
select oid::int8, 'constraint ' || conrelid::regclass::text || ' ' || conname from pg_constraint
union all
select oid::int8, 'default ' || adrelid::regclass::text || ' ' || adnum from pg_attrdef
union all
select oid::int8, 'label ' || enumtypid::regtype::text || ' ' || enumlabel from pg_enum
union all select oid::int8, 'extension ' || extname from pg_extension`;

export class ObjectNames {
  readonly #nameOf = new Map<number, string>();
  readonly #oidOf = new Map<string, number>();

  static async read(session: ReplaySession): Promise<ObjectNames> {
    const { rows, failure } = await session.query(query);
    if (failure !== undefined) throw new Error(failure.message);
    const names = new ObjectNames();
    for (const [oid, name] of rows) names.#add(Number(oid?.toString()), name?.toString() ?? '');
    return names;
  }

  #add(oid: number, name: string): void {
    if (oid < firstUserOid && !name.includes('timefusion')) return;
    this.#nameOf.set(oid, name);
    this.#oidOf.set(name, oid);
  }

  /** `16443` ──▶ `class public.projects`; what is no object of users stays. */
  named(text: string): string {
    return text.replace(/(?<=\b|_)\d{4,10}(?=\b|_)/g, (digits) => {
      // Thousands are durations of the fixture's spans, but for numbers of row types.
      const isDuration = digits.endsWith('000') && digits.length < 9;
      const name = isDuration ? undefined : this.#nameOf.get(Number(digits));
      return name === undefined ? digits : `<${name}>`;
    });
  }

  /** The statement with the OIDs that the captured objects have on another server. */
  translated(statement: CapturedStatement, other: ObjectNames): CapturedStatement {
    const text = (value: string): string =>
      value.replace(/\b\d{5}\b/g, (digits) => String(this.#translate(Number(digits), other)));
    const parameter = (value: string | null): string | null => {
      if (value === null) return null;
      const bytes = /^\\x((?:00000000)?)([0-9a-f]{8})$/.exec(value);
      if (bytes === null) return value.startsWith('\\x') ? value : text(value);
      const [, high, low = ''] = bytes;
      const oid = this.#translate(Number.parseInt(low, 16), other);
      return `\\x${high}${oid.toString(16).padStart(8, '0')}`;
    };
    const { sql, parameters } = statement;
    return { ...statement, sql: text(sql), parameters: parameters.map(parameter) };
  }

  #translate(oid: number, other: ObjectNames): number {
    const name = this.#nameOf.get(oid);
    // What no object of the capture had may be any object's here.
    if (name === undefined) return mayBeObject(oid) ? unknownOid + oid : oid;
    return other.#oidOf.get(name) ?? unknownOid + oid;
  }
}

/** OIDs that the captures' servers gave to objects of users. */
function mayBeObject(oid: number): boolean {
  return oid >= 16_384 && oid < 18_000;
}
