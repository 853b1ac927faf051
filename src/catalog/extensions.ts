/** Extensions whose functions and views are built in: CREATE EXTENSION notes that it was asked. */

export interface Extension {
  readonly name: string;
  readonly version: string;
  readonly comment: string;
  readonly isTrusted: boolean;
  readonly isRelocatable: boolean;
}

// prettier-ignore
export const extensions: readonly Extension[] = [
  { name: 'pg_stat_statements', version: '1.10', comment: 'track planning and execution statistics of all SQL statements executed', isTrusted: false, isRelocatable: true },
  { name: 'pgcrypto', version: '1.3', comment: 'cryptographic functions', isTrusted: true, isRelocatable: true },
  { name: 'plpgsql', version: '1.0', comment: 'PL/pgSQL procedural language', isTrusted: true, isRelocatable: false },
  { name: 'uuid-ossp', version: '1.1', comment: 'generate universally unique identifiers (UUIDs)', isTrusted: true, isRelocatable: true },
];

export function extensionNamed(name: string): Extension | undefined {
  return extensions.find((extension) => extension.name === name);
}

/** There from the start, and never dropped. */
export const languageExtension = 'plpgsql';

/** Its objects, as initdb of PostgreSQL 15 numbers them. */
export const languageOids = {
  extension: 13_559,
  callHandler: 13_560,
  inlineHandler: 13_561,
  validator: 13_562,
  language: 13_563,
} as const;
