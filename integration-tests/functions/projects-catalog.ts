/** Facts of the catalog about one table, `projects`, as the captured answers knew it. */
import type { RunnerOptions } from './run-sql.ts';

export const projectsCatalog: RunnerOptions = {
  catalog: {
    resolveName: (kind, name) => {
      if (kind !== 'regclass') return undefined;
      return { projects: 16385, pg_class: 1259, 'pg_catalog.pg_class': 1259 }[name];
    },
  },
  facts: {
    class_oid: { projects: '16385', 'public.projects': '16385', pg_class: '1259' },
    class_name: { '16385': 'projects', '1259': 'pg_class' },
    namespace_oid: { public: '2200' },
    role_name: { '10': 'postgres' },
    role_oid: { postgres: '10' },
    role_rights: { '10': '*' },
    role_memberships: { '10': '*' },
    object_comment: { 'pg_class.16385.0': 'Projects table', 'pg_class.16385.2': 'project name' },
  },
  effects: { setConfig: (_name, value) => value ?? '' },
};
