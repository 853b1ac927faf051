/** CREATE and DROP EXTENSION: what some extensions offer is built in; nothing can be installed. */
import type { ExtensionRecord } from '../../catalog/access-records.ts';
import { extensionNamed, languageExtension } from '../../catalog/extensions.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const createExtension: Utility = {
  kind: 'CreateExtensionStmt',
  writes: () => 'CREATE EXTENSION',
  run(body: UtilityBody, { session, out }) {
    const name = String(body['extname']);
    if (exists(session, name)) {
      const message = `extension "${name}" already exists`;
      if (body['if_not_exists'] !== true) throw new SqlError('duplicate_object', message);
      out.notice(makeNotice('NOTICE', '42710', `${message}, skipping`));
    } else create(session, name, optionsOf(body));
    out.commandComplete('CREATE EXTENSION');
    return 0;
  },
};

function find({ environment, transaction }: SqlSession, name: string): ExtensionRecord | undefined {
  return environment.store
    .records(transaction.storeTransaction)
    .find((record): record is ExtensionRecord => {
      return record.kind === 'extension' && record.key === name;
    });
}

function exists(session: SqlSession, name: string): boolean {
  return name === languageExtension || find(session, name) !== undefined;
}

function optionsOf(body: UtilityBody): ReadonlyMap<string, string> {
  const options = (body['options'] ?? []) as readonly {
    readonly DefElem: {
      readonly defname: string;
      readonly arg?: { readonly String?: { readonly sval?: string } };
    };
  }[];
  return new Map(
    options.map(({ DefElem: { defname, arg } }) => [defname, arg?.String?.sval ?? '']),
  );
}

/** Errors: 0A000 for one that is not offered, 22023 for another version, 3F000. */
function create(session: SqlSession, name: string, options: ReadonlyMap<string, string>): void {
  const extension = extensionNamed(name);
  if (extension === undefined) {
    throw new SqlError('feature_not_supported', `extension "${name}" is not available`, {
      hint: 'The extension must first be installed on the system where PostgreSQL is running.',
    });
  }
  const version = options.get('new_version') ?? extension.version;
  if (version !== extension.version) {
    const message = `extension "${name}" has no installation script nor update path for version "${version}"`;
    throw new SqlError('invalid_parameter_value', message);
  }
  const transaction = session.transaction.forWriting();
  const schemas = session.environment.store.schemas(transaction);
  const wanted = options.get('schema');
  const schema = wanted ?? session.searchPath.find((each) => schemas.includes(each));
  if (schema === undefined) {
    throw new SqlError('invalid_schema_name', 'no schema has been selected to create in');
  }
  if (!schemas.includes(schema)) {
    throw new SqlError('invalid_schema_name', `schema "${schema}" does not exist`);
  }
  const owner = session.roles.currentOid;
  transaction.putRecord({
    kind: 'extension',
    key: name,
    oid: transaction.takeOid(),
    owner,
    schema,
  });
}

/** Errors: 42704; 0A000 for PL/pgSQL. */
export function dropExtensions(
  { session, out }: StatementContext,
  names: readonly string[],
  isMissingOk: boolean,
): void {
  for (const name of names) {
    if (name === languageExtension) throw unsupported('DROP EXTENSION plpgsql');
    if (find(session, name) !== undefined) {
      session.transaction.forWriting().dropRecord({ kind: 'extension', key: name });
      continue;
    }
    const message = `extension "${name}" does not exist`;
    if (!isMissingOk) throw new SqlError('undefined_object', message);
    out.notice(makeNotice('NOTICE', '00000', `${message}, skipping`));
  }
}
