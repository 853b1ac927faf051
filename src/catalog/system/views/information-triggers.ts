/** information_schema about triggers. */
import { database, type InformationView } from './information-view.ts';

const source = `pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

const triggerName = {
  trigger_catalog: database,
  trigger_schema: 'n.nspname',
  trigger_name: 't.tgname',
  event_object_catalog: database,
  event_object_schema: 'n.nspname',
  event_object_table: 'c.relname',
};

const condition = String.raw`substring(pg_catalog.pg_get_triggerdef(t.oid)
  from ' WHEN \((.*)\) EXECUTE FUNCTION ')`;

const statement = String.raw`substring(pg_catalog.pg_get_triggerdef(t.oid)
  from position('EXECUTE FUNCTION' in substring(pg_catalog.pg_get_triggerdef(t.oid) from 48)) + 47)`;

const triggers: InformationView = {
  name: 'triggers',
  from: `${source} CROSS JOIN (VALUES (4, 'INSERT'), (8, 'DELETE'), (16, 'UPDATE')) em (bit, text)
    WHERE NOT t.tgisinternal AND t.tgtype & em.bit <> 0`,
  columns: {
    ...triggerName,
    event_manipulation: 'em.text',
    action_order: `rank() OVER (PARTITION BY n.nspname, c.relname, em.bit, t.tgtype & 1,
      t.tgtype & 66 ORDER BY t.tgname)`,
    action_condition: condition,
    action_statement: statement,
    action_orientation: `CASE t.tgtype & 1 WHEN 1 THEN 'ROW' ELSE 'STATEMENT' END`,
    action_reference_old_table: 't.tgoldtable',
    action_reference_new_table: 't.tgnewtable',
    action_timing: `CASE t.tgtype & 66 WHEN 2 THEN 'BEFORE' ELSE 'AFTER' END`,
  },
};

const updatedColumns: InformationView = {
  name: 'triggered_update_columns',
  from: `${source} CROSS JOIN LATERAL unnest(t.tgattr) WITH ORDINALITY AS u (number, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number`,
  columns: { ...triggerName, event_object_column: 'a.attname' },
};

export const triggerViews: readonly InformationView[] = [triggers, updatedColumns];
