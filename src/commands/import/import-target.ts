/** Where rows go: the data folder of this process, or a running server. */
export interface ImportTarget {
  /** Column names of a table, given as SQL text; undefined: there is no such table. */
  columnsOf(table: string): Promise<readonly string[] | undefined>;
  run(sql: string): Promise<void>;
  /** Runs a COPY … FROM STDIN; all rows are loaded, or none. Returns their number. */
  copy(sql: string, data: AsyncIterable<Uint8Array>): Promise<number>;
  close(): Promise<void>;
}
