/** DuckDB in this process, on as many threads as there are cores; the same rows in its own table. */
import { existsSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { Row } from './same-answers.ts';
import type { TimeFusionPeer } from './timefusion-peer.ts';

/** The columns that the workload reads, and some that make rows as wide as real ones. */
const columns: readonly (readonly [name: string, type: string])[] = [
  ['timestamp', 'TIMESTAMPTZ'],
  ['id', 'VARCHAR'],
  ['parent_id', 'VARCHAR'],
  ['project_id', 'VARCHAR'],
  ['name', 'VARCHAR'],
  ['kind', 'VARCHAR'],
  ['status_code', 'VARCHAR'],
  ['level', 'VARCHAR'],
  ['duration', 'BIGINT'],
  ['context___trace_id', 'VARCHAR'],
  ['context___span_id', 'VARCHAR'],
  ['attributes___exception___message', 'VARCHAR'],
  ['attributes___url___path', 'VARCHAR'],
  ['attributes___http___request___method', 'VARCHAR'],
  ['attributes___http___response___status_code', 'INTEGER'],
  ['attributes___db___system___name', 'VARCHAR'],
  ['attributes___session___id', 'VARCHAR'],
  ['attributes___user___id', 'VARCHAR'],
  ['resource___service___name', 'VARCHAR'],
  ['message_size_bytes', 'BIGINT'],
];

export class DuckPeer {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(folder: string, source: TimeFusionPeer): Promise<DuckPeer> {
    const file = `${folder}/duck.db`;
    const isNew = !existsSync(file);
    const instance = await DuckDBInstance.create(file);
    const connection = await instance.connect();
    await connection.run(`SET threads = ${availableParallelism()}; SET TimeZone = 'UTC'`);
    const peer = new DuckPeer(connection);
    if (isNew) await peer.#load(`${folder}/rows.csv`, source);
    return peer;
  }

  async #load(path: string, source: TimeFusionPeer): Promise<void> {
    const names = columns.map(([name]) => name).join(', ');
    await source.exportCsv(`SELECT ${names} FROM otel_logs_and_spans`, path);
    const types = columns.map(([name, type]) => `'${name}': '${type}'`).join(', ');
    await this.#connection.run(
      `CREATE TABLE otel_logs_and_spans AS SELECT * FROM read_csv('${path}', header = true,
        columns = {${types}})`,
    );
    await this.#connection.run('CHECKPOINT');
    rmSync(path);
  }

  async rows(sql: string): Promise<readonly Row[]> {
    const reader = await this.#connection.runAndReadAll(sql);
    return reader.getRowsJson();
  }

  close(): void {
    this.#connection.closeSync();
  }
}
