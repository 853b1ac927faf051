/** Key words of SQL by how they may be used, as PostgreSQL 15 has them. */

/** Letter of the kind, and whether the word may be a column's name without AS. */
interface WordGroup {
  readonly kind: 'U' | 'C' | 'T' | 'R';
  readonly isBareLabel: boolean;
  readonly words: string;
}

const groups: readonly WordGroup[] = [
  {
    kind: 'C',
    isBareLabel: false,
    words: 'char character precision',
  },
  {
    kind: 'C',
    isBareLabel: true,
    words:
      'between bigint bit boolean coalesce dec decimal exists extract float greatest ' +
      'grouping inout int integer interval least national nchar none normalize nullif ' +
      'numeric out overlay position real row setof smallint substring time timestamp ' +
      'treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest ' +
      'xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable',
  },
  {
    kind: 'R',
    isBareLabel: false,
    words:
      'array as create except fetch for from grant group having intersect into limit ' +
      'offset on order returning to union where window with',
  },
  {
    kind: 'R',
    isBareLabel: true,
    words:
      'all analyse analyze and any asc asymmetric both case cast check collate column ' +
      'constraint current_catalog current_date current_role current_time ' +
      'current_timestamp current_user default deferrable desc distinct do else end ' +
      'false foreign in initially lateral leading localtime localtimestamp not null ' +
      'only or placing primary references select session_user some symmetric table then ' +
      'trailing true unique user using variadic when',
  },
  {
    kind: 'T',
    isBareLabel: false,
    words: 'isnull notnull overlaps',
  },
  {
    kind: 'T',
    isBareLabel: true,
    words:
      'authorization binary collation concurrently cross current_schema freeze full ' +
      'ilike inner is join left like natural outer right similar tablesample verbose',
  },
  {
    kind: 'U',
    isBareLabel: false,
    words: 'day filter hour minute month over second varying within without year',
  },
  {
    kind: 'U',
    isBareLabel: true,
    words:
      'abort absolute access action add admin after aggregate also alter always ' +
      'asensitive assertion assignment at atomic attach attribute backward before begin ' +
      'breadth by cache call called cascade cascaded catalog chain characteristics ' +
      'checkpoint class close cluster columns comment comments commit committed ' +
      'compression configuration conflict connection constraints content continue ' +
      'conversion copy cost csv cube current cursor cycle data database deallocate ' +
      'declare defaults deferred definer delete delimiter delimiters depends depth ' +
      'detach dictionary disable discard document domain double drop each enable ' +
      'encoding encrypted enum escape event exclude excluding exclusive execute explain ' +
      'expression extension external family finalize first following force forward ' +
      'function functions generated global granted groups handler header hold identity ' +
      'if immediate immutable implicit import include including increment index indexes ' +
      'inherit inherits inline input insensitive insert instead invoker isolation key ' +
      'label language large last leakproof level listen load local location lock locked ' +
      'logged mapping match matched materialized maxvalue merge method minvalue mode ' +
      'move name names new next nfc nfd nfkc nfkd no normalized nothing notify nowait ' +
      'nulls object of off oids old operator option options ordinality others ' +
      'overriding owned owner parallel parameter parser partial partition passing ' +
      'password plans policy preceding prepare prepared preserve prior privileges ' +
      'procedural procedure procedures program publication quote range read reassign ' +
      'recheck recursive ref referencing refresh reindex relative release rename ' +
      'repeatable replace replica reset restart restrict return returns revoke role ' +
      'rollback rollup routine routines rows rule savepoint schema schemas scroll ' +
      'search security sequence sequences serializable server session set sets share ' +
      'show simple skip snapshot sql stable standalone start statement statistics stdin ' +
      'stdout storage stored strict strip subscription support sysid system tables ' +
      'tablespace temp template temporary text ties transaction transform trigger ' +
      'truncate trusted type types uescape unbounded uncommitted unencrypted unknown ' +
      'unlisten unlogged until update vacuum valid validate validator value version ' +
      'view views volatile whitespace work wrapper write xml yes zone',
  },
];

const kinds = {
  U: 'unreserved',
  C: 'unreserved (cannot be function or type name)',
  T: 'reserved (can be function or type name)',
  R: 'reserved',
} as const;

/** Rows of pg_get_keywords(): word, kind, bare label, and both in words; by word. */
export function keywordRows(): readonly (readonly [string, string, boolean, string, string])[] {
  const rows = groups.flatMap(({ kind, isBareLabel, words }) => {
    const bare = isBareLabel ? 'can be bare label' : 'requires AS';
    return words.split(' ').map((word) => [word, kind, isBareLabel, kinds[kind], bare] as const);
  });
  return rows.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
