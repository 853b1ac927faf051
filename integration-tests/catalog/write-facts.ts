/**
 * Writes src/catalog/system/facts/: what PostgreSQL 15 says of its own catalogs, types, functions
 * and operators, in the forms that src/catalog/system/static-facts.ts reads.
 *
 *     node dist/integration-tests/catalog/write-facts.js postgres://postgres@127.0.0.1:5432/postgres
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { settingList } from '../../src/session/settings/setting-list.ts';
import { allTypes } from '../../src/types/type-table.ts';

const folder = 'src/catalog/system/facts';
const columnsMax = 98;

interface FactFile {
  readonly file: string;
  readonly constant: string;
  readonly doc: string;
  /** One text per record, in SQL column `fact`. */
  readonly sql: string;
}

const knownSettings = `array[${settingList.map(({ name }) => `'${name}'`).join()}]`;

/** Types that the engine knows, and their arrays. */
const knownTypes = `array[${allTypes()
  .map(({ oid }) => oid)
  .join()}]::oid[]`;

const procFact = `
  format('%s %s %s %s %s', proname, p.oid, prorettype::oid,
    coalesce(nullif(replace(proargtypes::text, ' ', ','), ''), '-'),
    concat(prokind, provolatile, proparallel, proisstrict, case when proretset then 's' end,
      case when provariadic <> 0 then 'v' end, case prolang when 14 then 'q' when 13 then 'c' end))
  || case when coalesce(proargnames, proallargtypes::text[]) is null then ''
     else ' ' || coalesce(array_to_string(proargnames, ',', ''), '-') end
  || case when proallargtypes is null then ''
     else format(' %s %s', array_to_string(proallargtypes, ','), array_to_string(proargmodes, ''))
     end`;

/** Input and output functions of types that users make. */
const ofUserTypes = '^(enum|domain)_(in|out|recv|send)$';

const supportProcs = `
  select typinput::oid from pg_type union select typoutput from pg_type
  union select typreceive from pg_type union select typsend from pg_type
  union select typmodin from pg_type union select typmodout from pg_type
  union select typanalyze from pg_type union select typsubscript from pg_type
  union select oid from pg_proc where proname ~ '${ofUserTypes}'
  union select amhandler from pg_am union select lanvalidator from pg_language
  union select lanplcallfoid from pg_language union select laninline from pg_language
  union select castfunc from pg_cast union select rngcanonical from pg_range
  union select rngsubdiff from pg_range
  union select oprcode from pg_operator where oprleft = any (array[0::oid] || ${knownTypes})
    and oprright = any (${knownTypes})`;

const internalNames =
  '^(RI_|pg_stat_|pg_replication|pg_logical|binary_upgrade|ts_|pg_ls|pg_wal|gin|brin|gist|spg' +
  '|hash|btree|pg_get_wal|pg_walfile|.*sel$|.*_support$|bt.*sortsupport$|pg_nextoid|in_range)';

const offeredProcs = `
  select p.oid from pg_proc p
  where p.prorettype = any (${knownTypes}) and p.proargtypes::oid[] <@ ${knownTypes}
    and p.proname !~ '${internalNames}' and p.proname !~ '${ofUserTypes}'
    and p.oid not in (select oprcode from pg_operator where oprcode <> 0
      and oprcode::text !~ '(textcat|like|length)')
    and p.oid not in (select typinput::oid from pg_type union select typoutput from pg_type
      union select typreceive from pg_type union select typsend from pg_type
      union select typmodin from pg_type union select typmodout from pg_type)
    and p.oid not in (select aggtransfn from pg_aggregate union select aggfinalfn from pg_aggregate
      union select aggcombinefn from pg_aggregate union select aggserialfn from pg_aggregate
      union select aggdeserialfn from pg_aggregate union select aggmtransfn from pg_aggregate
      union select aggminvtransfn from pg_aggregate union select aggmfinalfn from pg_aggregate
      union select amproc from pg_amproc)
    and p.pronamespace = 11`;

const relationFact = `
  format('%s %s %s %s %s', c.relname, c.oid, c.reltype, coalesce(t.typarray, 0),
    concat(c.relkind, case when c.relisshared then 's' end,
      case when c.reloptions is not null then 'b' end,
      case c.relacl::text when '{postgres=arwdDxt/postgres,=r/postgres}' then 'r'
        when '{postgres=arwdDxt/postgres,=rw/postgres}' then 'w'
        when '{postgres=arwdDxt/postgres,pg_read_all_stats=r/postgres}' then 't'
        when '{postgres=arwdDxt/postgres}' then 'o' end))
  || ' ' || (select string_agg(a.attname || ':' || y.typname
       || concat(case when a.attnotnull then '!' end, case when a.attacl is not null then '+' end),
       ' ' order by a.attnum)
     from pg_attribute a join pg_type y on y.oid = a.atttypid
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)`;

const relations = (schema: string): string => `
  select ${relationFact} as fact from pg_class c left join pg_type t on t.oid = c.reltype
  where c.relnamespace = '${schema}'::regnamespace and c.relkind in ('r', 'v')
  order by c.relkind, c.relname`;

/** One record per text: OIDs of the objects that it describes, its words; `%3B` is a semicolon. */
const descriptions = (catalog: string, chosen: string): string => `
  select string_agg(objoid::text, ',' order by objoid) || ' '
    || replace(description, ';', '%3B') as fact
  from pg_description where classoid = '${catalog}'::regclass and objoid in (${chosen})
  group by description order by min(objoid::int8)`;

const offeredOperators = `
  select oid from pg_operator where oprleft = any (array[0::oid] || ${knownTypes})
    and oprright = any (${knownTypes}) and oprresult = any (${knownTypes})`;

const files: readonly FactFile[] = [
  {
    file: 'type-descriptions',
    constant: 'typeDescriptions',
    doc: 'What PostgreSQL says of its types: OIDs, words.',
    sql: descriptions('pg_type', 'select oid from pg_type where typnamespace = 11'),
  },
  {
    file: 'operator-descriptions',
    constant: 'operatorDescriptions',
    doc: 'What PostgreSQL says of operators that the engine knows: OIDs, words.',
    sql: descriptions('pg_operator', offeredOperators),
  },
  {
    file: 'proc-descriptions',
    constant: 'procDescriptions',
    doc: 'What PostgreSQL says of functions that the engine knows: OIDs, words.',
    sql: descriptions('pg_proc', `${offeredProcs} union ${supportProcs}`),
  },
  {
    file: 'catalog-relations',
    constant: 'catalogRelations',
    doc: `Relations of pg_catalog: name, OIDs of relation, row type, array type; kind with s for
 * shared, b for a security barrier, and who may read it (r all, w all and write, t those who read
 * statistics, o the owner; none: no list); columns, ! for NOT NULL, + for readable by all.`,
    sql: relations('pg_catalog'),
  },
  {
    file: 'catalog-indexes',
    constant: 'catalogIndexes',
    doc: `Indexes of pg_catalog: name, OID, table, keys, operator classes; u for unique, p for
 * primary; the constraint of that kind.`,
    sql: `select format('%s %s %s %s %s', c.relname, indexrelid, indrelid,
        replace(indkey::text, ' ', ','), replace(indclass::text, ' ', ','))
        || case when indisunique then
          format(' %s %s', case when indisprimary then 'p' else 'u' end, k.oid) else '' end as fact
      from pg_index i join pg_class c on c.oid = indexrelid
      left join pg_constraint k on k.conindid = indexrelid
      where c.relnamespace = 'pg_catalog'::regnamespace order by indrelid, indexrelid`,
  },
  {
    file: 'toast-tables',
    constant: 'toastTables',
    doc: 'Relations of pg_toast: OIDs of the table, its toast table, the index of that.',
    sql: `select format('%s %s %s', c.oid, t.oid, indexrelid) as fact
      from pg_class c join pg_class t on t.oid = c.reltoastrelid
      join pg_index on indrelid = t.oid where c.oid < 16384 order by c.oid`,
  },
  {
    file: 'setting-texts',
    constant: 'settingTexts',
    doc: `Settings by category: \`# category\`, then each name with its context, what it is, and
 * after a slash what else is to be said.`,
    sql: `with known as (
        select * from pg_settings where name = any (${knownSettings})
      ) select concat('# ', category, '; ', string_agg(concat(name, ' ', context, ' ',
        replace(short_desc, ';', '%3B'), ' / ' || replace(extra_desc, ';', '%3B')),
        '; ' order by name)) as fact
      from known group by category order by category`,
  },
  {
    file: 'proc-defaults',
    constant: 'procDefaults',
    doc: 'Defaults of arguments: OID of the function, the expressions.',
    sql: `select format('%s %s', p.oid, pg_get_expr(proargdefaults, 0)) as fact from pg_proc p
      where proargdefaults is not null and p.oid in (${offeredProcs}) order by p.oid`,
  },
  {
    file: 'proc-access',
    constant: 'procAccess',
    doc: 'Functions that not all may call: the role that may beside the owner (0 for none), OIDs.',
    sql: `select format('%s %s', member, string_agg(oid::text, ',' order by oid)) as fact
      from (select oid, coalesce((select max(a.grantee::int8) from aclexplode(proacl) a
        where a.grantee <> 10), 0) as member from pg_proc where proacl is not null) p
      group by member order by member`,
  },
  {
    file: 'information-procs',
    constant: 'informationProcs',
    doc: 'Functions of information_schema, in the form of procFacts.',
    sql: `select ${procFact} as fact from pg_proc p
      where pronamespace = 'information_schema'::regnamespace order by p.oid`,
  },
  {
    file: 'information-relations',
    constant: 'informationRelations',
    doc: 'Relations of information_schema: as catalogRelations.',
    sql: relations('information_schema'),
  },
  {
    file: 'types',
    constant: 'typeFacts',
    doc: `Types that are no arrays and no rows of relations: name, OID, array's OID, length,
 * flags (by value, kind, category, preferred, alignment, storage), element, functions of input,
 * output, receive, send, typmod input, typmod output, analyze, subscript; base, collation, typmod, default.`,
    sql: `
      select format('%s %s %s %s %s %s %s %s %s %s', t.typname, t.oid, t.typarray, t.typlen,
        concat(t.typbyval, t.typtype, t.typcategory, t.typispreferred, t.typalign, t.typstorage),
        t.typelem,
        array_to_string(array[t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin,
          t.typmodout, t.typanalyze, t.typsubscript]::oid[], ','),
        t.typbasetype, t.typcollation, t.typtypmod) || coalesce(' ' || t.typdefault, '') as fact
      from pg_type t
      where t.typrelid = 0 and t.typname !~ '^_' and t.typtype in ('b', 'p', 'r', 'm', 'd')
      order by t.oid`,
  },
  {
    file: 'domain-checks',
    constant: 'domainCheckFacts',
    doc: "Checks of information_schema's domains: OID, name, domain, condition.",
    sql: `select format('%s %s %s %s', oid, conname, contypid,
        substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$')) as fact
      from pg_constraint where contypid <> 0 and oid < 16384 order by oid`,
  },
  {
    file: 'procs',
    constant: 'procFacts',
    doc: `Functions over types that the engine knows: name, OID, result, arguments; kind,
 * volatility, parallel, strict, s for sets, v for variadic; names, all types and modes if any.`,
    sql: `select ${procFact} as fact from pg_proc p where p.oid in (${offeredProcs})
      order by proname, p.oid`,
  },
  {
    file: 'support-procs',
    constant: 'supportProcFacts',
    doc: 'Functions that other catalogs name, in the form of procFacts.',
    sql: `select ${procFact} as fact from pg_proc p
      where p.oid in (${supportProcs}) and p.oid not in (${offeredProcs}) order by proname, p.oid`,
  },
  {
    file: 'operators',
    constant: 'operatorFacts',
    doc: `Operators over types that the engine knows: symbol, OID, left, right, result, function,
 * commutator, negator; m for merge join, h for hash join.`,
    sql: `
      select format('%s %s %s %s %s %s %s %s', oprname, oid, oprleft, oprright, oprresult,
        oprcode::oid, oprcom, oprnegate) || case when oprcanmerge then ' m' else '' end
        || case when oprcanhash then ' h' else '' end as fact
      from pg_operator where oid in (${offeredOperators}) order by oprname, oid`,
  },
  {
    file: 'casts',
    constant: 'castFacts',
    doc: 'Casts between known types: OID, source, target, function, context and method.',
    sql: `select format('%s %s %s %s %s', oid, castsource, casttarget, castfunc,
        concat(castcontext, castmethod)) as fact
      from pg_cast where castsource = any (${knownTypes}) and casttarget = any (${knownTypes})
      order by oid`,
  },
  {
    file: 'operator-classes',
    constant: 'operatorClassFacts',
    doc: `Operator classes over types that the engine knows: name, OID, method, family, its name, type, is default,
 * key type.`,
    sql: `select format('%s %s %s %s %s %s %s %s', opcname, o.oid, opcmethod, opcfamily, opfname,
        opcintype, opcdefault, opckeytype) as fact
      from pg_opclass o join pg_opfamily f on f.oid = opcfamily
      where opcintype = any (${knownTypes}) order by o.ctid`,
  },
  {
    file: 'ranges',
    constant: 'rangeFacts',
    doc: 'Range types: OID, subtype, multirange, operator class, canonical function, difference.',
    sql: `select format('%s %s %s %s %s %s', rngtypid, rngsubtype, rngmultitypid, rngsubopc,
      rngcanonical::oid, rngsubdiff::oid) as fact from pg_range order by 1`,
  },
];

/** Words of all records, wrapped at blanks, long ones after commas; records end with `;`. */
function wrap(records: readonly string[]): string {
  const words = records
    .map((record) => `${escape(record)};`)
    .join(' ')
    .split(' ');
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > columnsMax) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (line.length > columnsMax) {
      const comma = line.lastIndexOf(',', columnsMax - 2);
      lines.push(`${line.slice(0, comma + 1)}\\`);
      line = line.slice(comma + 1);
    }
  }
  return [...lines, line].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
}

async function writeFacts(address: string): Promise<void> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  for (const { file, constant, doc, sql } of files) {
    const { rows } = await client.query<{ fact: string }>(sql);
    const text = wrap(rows.map(({ fact }) => fact));
    const head = `/**\n * ${doc}\n * Written by integration-tests/catalog/write-facts.ts.\n */\n`;
    const path = join(folder, `${file}.ts`);
    writeFileSync(path, `${head}export const ${constant} = \`\n${text}\n\`;\n`);
    process.stdout.write(`${path}: ${rows.length} records, ${text.length} bytes\n`);
  }
  await client.end();
}

await writeFacts(process.argv[2] ?? 'postgres://postgres@127.0.0.1:5432/postgres');
