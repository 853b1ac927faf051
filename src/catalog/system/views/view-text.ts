/** A view of the system as its text. */
export interface SystemView {
  readonly schema: 'pg_catalog' | 'information_schema';
  readonly name: string;
  readonly sql: string;
}
