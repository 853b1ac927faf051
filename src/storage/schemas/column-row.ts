/** One column of a built-in table: name, type, true when NOT NULL. */
import type { TypeName } from '../../types/sql-type.ts';

export type ColumnRow = readonly [name: string, type: TypeName, notNull?: true];
