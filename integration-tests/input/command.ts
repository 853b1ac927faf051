/** The built command, run as a process of its own, and DuckDB as the judge of files. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const outBytesMax = 1 << 26;

const packages = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

/** A file of the npm package vega-datasets. */
export function vegaFile(name: string): string {
  return `${packages}vega-datasets/data/${name}`;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `timefusion` with these arguments and settings. */
export async function timefusion(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const env = { ...process.env, TIMEFUSION_MEMORY_LIMIT: '512MB', ...settings };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...args], {
      env,
      maxBuffer: outBytesMax,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as unknown as Outcome;
    return { code, stdout, stderr };
  }
}

/** All rows of DuckDB's answer, every value as text. */
export async function duckdb(...statements: readonly string[]): Promise<(string | null)[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  let rows: (string | null)[][] = [];
  for (const sql of statements) {
    const reader = await connection.runAndReadAll(sql);
    rows = reader
      .getRowsJson()
      .map((row) => row.map((value) => (value === null ? null : String(value))));
  }
  connection.closeSync();
  instance.closeSync();
  return rows;
}
