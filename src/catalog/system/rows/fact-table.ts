/** Rows of one relation of pg_catalog: those that never change, and those of the moment. */
import type { Moment } from '../moment.ts';
import type { Fields } from '../fact-rows.ts';

export interface FactSource {
  /** A relation of pg_catalog. */
  readonly name: string;
  /** Facts of PostgreSQL and of this program; asked for once. `owner`: the superuser's name. */
  readonly fixed?: (owner: string) => readonly Fields[];
  /** What stands in the place of the fixed rows when the moment changes some of them. */
  readonly changed?: (moment: Moment) => readonly Fields[] | undefined;
  readonly current?: (moment: Moment) => readonly Fields[];
  /**
   * What the moment's rows show besides definitions; absent: nothing. `sizes`: rows of tables;
   * `session`: settings, statements and other things that change at any time.
   */
  readonly dependsOn?: 'sizes' | 'session';
}
