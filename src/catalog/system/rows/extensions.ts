/** pg_extension. */
import { extensionNamed, languageExtension, languageOids } from '../../extensions.ts';
import type { Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import type { FactSource } from './fact-table.ts';

const catalogSchema = 11;
const superuser = 10;

function made({ state, schemas }: Moment): readonly Fields[] {
  return state.records.flatMap((record): readonly Fields[] => {
    if (record.kind !== 'extension') return [];
    const extension = extensionNamed(record.key);
    const schema = schemas.find(({ name }) => name === record.schema);
    return [
      {
        oid: record.oid,
        extname: record.key,
        extowner: record.owner,
        extnamespace: schema?.oid ?? catalogSchema,
        extrelocatable: extension?.isRelocatable ?? false,
        extversion: extension?.version ?? '',
      },
    ];
  });
}

function language(): readonly Fields[] {
  return [
    {
      oid: languageOids.extension,
      extname: languageExtension,
      extowner: superuser,
      extnamespace: catalogSchema,
      extrelocatable: false,
      extversion: extensionNamed(languageExtension)?.version ?? '',
    },
  ];
}

export const extensionSources: readonly FactSource[] = [
  { name: 'pg_extension', fixed: language, current: made },
];
