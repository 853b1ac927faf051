/** The clients: what each needs, and how its program is run to give its lines. */
import { line, type Say } from './program.ts';
import { runNodePg } from './programs/node-pg.ts';
import { runPostgresJs } from './programs/postgres-js.ts';

export interface ClientProgram {
  readonly name: string;
  /** Says how to install what is not there; undefined when all is. */
  readonly missing: () => string | undefined;
  readonly run: (port: number) => Promise<string>;
}

export const clientPrograms: readonly ClientProgram[] = [
  fromNode('node-pg', runNodePg),
  fromNode('postgres-js', runPostgresJs),
];

function fromNode(name: string, run: (port: number, say: Say) => Promise<void>): ClientProgram {
  const runLines = async (port: number): Promise<string> => {
    const lines: string[] = [];
    await run(port, (what, value) => lines.push(line(what, value)));
    return `${lines.join('\n')}\n`;
  };
  return { name, missing: () => undefined, run: runLines };
}
