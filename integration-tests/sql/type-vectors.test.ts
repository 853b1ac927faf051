/**
 * Recorded values of PostgreSQL 15 through the server: each expression has the recorded text and
 * bytes, and both come back from parameters and literals as they went.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ServerProcess } from '../server/server-process.ts';
import type { Answer } from './answer.ts';
import { openWirePeer, type Peer } from './peer.ts';

const file = join(process.cwd(), '../shared/captures/pg15-facts/type_encodings.tsv');
const skip = existsSync(file) ? false : 'the captures of PostgreSQL 15 are not here';
const variants = '--- variants';

interface Vector {
  readonly expression: string;
  readonly oid: number;
  readonly typeName: string;
  readonly typmod: number;
  readonly text: string;
  readonly hex: string;
}

function readVectors(): readonly Vector[] {
  if (skip !== false) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(1);
  const end = lines.findIndex((line) => line.startsWith(variants));
  return lines.slice(0, end).map((line) => {
    const [expression = '', oid = '', typeName = '', , typmod = '', text = '', hex = ''] =
      line.split('\t');
    return { expression, oid: Number(oid), typeName, typmod: Number(typmod), text, hex };
  });
}

/** Types whose values PostgreSQL takes from nobody, too, or as composites of no name. */
const outputOnly: ReadonlySet<string> = new Set(['record', 'void']);

let server: ServerProcess;
let peer: Peer;

before(async () => {
  if (skip !== false) return;
  server = await ServerProcess.start();
  peer = await openWirePeer(server.port);
  await peer.run("create type mood as enum ('sad', 'ok', 'happy')");
});

after(async () => {
  if (skip !== false) return;
  await peer.close();
  await server.stop();
});

function only({ rows, failure }: Answer): Buffer | null | undefined {
  assert.equal(failure, undefined);
  return rows[0]?.[0];
}

for (const { expression, oid, typeName, typmod, text, hex } of readVectors()) {
  const isOwn = typeName === 'mood';
  const type = `${isOwn ? 'public' : 'pg_catalog'}."${typeName}"`;
  test(`${expression} has PostgreSQL's text and bytes`, { skip }, async () => {
    const isNull = hex === 'NULL';
    const asText = await peer.run(`select ${expression}`);
    assert.equal(only(asText)?.toString() ?? 'NULL', text);
    const { typeOid, typmod: shown } = asText.columns?.[0] ?? {};
    assert.deepEqual([isOwn ? oid : typeOid, shown], [oid, typmod]);
    const asBytes = await peer.runExtended(`select ${expression}`, 1);
    assert.equal(only(asBytes)?.toString('hex') ?? 'NULL', hex);
    if (isNull || outputOnly.has(typeName)) return;
    const fromBytes = await peer.runWith(`select $1::${type}`, [Buffer.from(hex, 'hex')]);
    assert.equal(only(fromBytes)?.toString(), text, 'from a parameter in binary');
    const literal = `'${text.replaceAll("'", "''")}'`;
    const fromText = await peer.runExtended(`select ${literal}::${type}`, 1);
    assert.equal(only(fromText)?.toString('hex'), hex, 'from a literal');
  });
}
