/** pg_init_privs: the access lists that the system's objects have from the beginning. */
import { arrayOf, type Fields } from '../fact-rows.ts';
import { allProcs } from '../proc-facts.ts';
import { openColumnAcl, procAclTexts, systemAclTexts } from '../system-access.ts';
import { catalogSchema, systemRelations } from '../system-relations.ts';
import type { FactSource } from './fact-table.ts';

const classes = 1259;
const procs = 1255;
const namespaces = 2615;
const databaseOwner = 'pg_database_owner';

function initial(
  classoid: number,
  objoid: number,
  texts: readonly string[] | undefined,
  objsubid = 0,
): readonly Fields[] {
  if (texts === undefined) return [];
  return [{ objoid, classoid, objsubid, privtype: 'i', initprivs: arrayOf('aclitem', texts) }];
}

function initialAccess(owner: string): readonly Fields[] {
  const relations = systemRelations().filter(({ schema }) => schema === catalogSchema);
  return [
    ...relations.flatMap(({ oid, access, columns }) => [
      ...initial(classes, oid, systemAclTexts(owner, access)),
      ...columns.flatMap(({ isOpen }, i) =>
        isOpen ? initial(classes, oid, openColumnAcl(owner), i + 1) : [],
      ),
    ]),
    ...allProcs().flatMap(({ oid }) => initial(procs, oid, procAclTexts(owner, oid))),
    ...initial(namespaces, 11, [`${owner}=UC/${owner}`, `=U/${owner}`]),
    ...initial(namespaces, 2200, [`${databaseOwner}=UC/${databaseOwner}`, `=U/${databaseOwner}`]),
  ];
}

export const initialAccessSources: readonly FactSource[] = [
  { name: 'pg_init_privs', fixed: initialAccess },
];
