/** Flags of a subcommand: what the user got wrong becomes a ConfigError with the usage line. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ConfigError } from '../config.ts';

export type FlagOptions = NonNullable<ParseArgsConfig['options']>;

export interface Flags {
  readonly words: readonly string[];
  text(name: string): string | undefined;
  isSet(name: string): boolean;
  /** Errors: ConfigError when it is not a whole number of at least `min`. */
  count(name: string, min: number): number;
}

/** Errors: ConfigError. */
export function readFlags(args: readonly string[], options: FlagOptions, usage: string): Flags {
  const { values, positionals } = parse(args, options, usage);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    words: positionals,
    text,
    isSet: (name) => values[name] === true,
    count: (name, min) => {
      const value = text(name) ?? '';
      const count = Number(value);
      if (/^\d+$/.test(value) && count >= min) return count;
      const given = value === '' ? 'is missing' : `is "${value}"`;
      throw new ConfigError(`--${name} ${given}; it takes a whole number from ${min}\n${usage}`);
    },
  };
}

function parse(args: readonly string[], options: FlagOptions, usage: string) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new ConfigError(`${(error as Error).message}\n${usage}`);
  }
}
