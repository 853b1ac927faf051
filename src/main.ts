#!/usr/bin/env node
/** The `timefusion` command: one subcommand each, listed here. */
import { runExplain } from './commands/explain.ts';
import { runServe } from './commands/serve.ts';
import { ConfigError } from './config.ts';
import { runGenerate } from './commands/generate.ts';
import { runImport } from './commands/import.ts';
import { runHelp } from './commands/help.ts';

type Command = (args: readonly string[]) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
  serve: runServe,
  generate: runGenerate,
  import: runImport,
  explain: runExplain,
  help: runHelp,
};

const [name = 'help', ...args] = process.argv.slice(2);
const command = commands[name] ?? runHelp;
try {
  await command(args);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`timefusion: ${error.message}\n`);
  process.exitCode = 2;
}
