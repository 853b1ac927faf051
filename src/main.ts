#!/usr/bin/env node
/** The `timefusion` command: one subcommand each, listed here, and loaded when it is asked for. */
import { ConfigError } from './config.ts';

type Command = (args: readonly string[]) => Promise<void>;

type Loader = () => Promise<Command>;

const help: Loader = async () => (await import('./commands/help.ts')).runHelp;

const commands: Readonly<Record<string, Loader>> = {
  serve: async () => (await import('./commands/serve.ts')).runServe,
  generate: async () => (await import('./commands/generate.ts')).runGenerate,
  import: async () => (await import('./commands/import.ts')).runImport,
  explain: async () => (await import('./commands/explain.ts')).runExplain,
  help,
};

const [name = 'help', ...args] = process.argv.slice(2);
const run = await (commands[name] ?? help)();
try {
  await run(args);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`timefusion: ${error.message}\n`);
  process.exitCode = 2;
}
