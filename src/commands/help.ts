/** `timefusion help`: subcommands, and every setting with its default. */
import { describeSettings } from '../config.ts';

const usage = `timefusion serve [--flag value ...]      serve PostgreSQL clients
timefusion generate --rows N             write deterministic telemetry
timefusion import FILE [--table NAME]    load CSV, Parquet, Arrow or OTLP/JSON
timefusion explain QUERY [-o plan.svg]   draw the plan of a query, as it ran
timefusion help                          this page

Settings are environment variables, and flags of serve: PGWIRE_PORT is --pgwire-port.
`;

export async function runHelp(): Promise<void> {
  const width = Math.max(...describeSettings().map(([name]) => name.length));
  const lines = describeSettings().map(
    ([name, initial, doc]) =>
      `  ${name.padEnd(width)}  ${doc}${initial === '' ? '' : ` [${initial}]`}`,
  );
  process.stdout.write(`${usage}\n${lines.join('\n')}\n`);
}
