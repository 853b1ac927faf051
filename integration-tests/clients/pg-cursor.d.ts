/** What the tests use of npm pg-cursor, which comes without types. */
declare module 'pg-cursor' {
  import type { Submittable } from 'pg';

  class Cursor implements Submittable {
    constructor(text: string, values?: readonly unknown[]);
    submit(connection: unknown): void;
    read(rowCount: number): Promise<readonly unknown[]>;
    close(): Promise<void>;
  }
  export default Cursor;
}
