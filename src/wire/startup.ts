/**
 * The startup packet: which protocol, who, where, and which settings.
 *
 *     int32 code    1234.5679 SSL · 1234.5680 GSS · 1234.5678 cancel · 3.x startup
 *     startup       (cstring name, cstring value)*, zero byte
 *
 * Texts are decoded leniently: a name that is not UTF-8 matches nobody, and the answer should be
 * the same as for any other unknown name.
 */
import { SqlError } from '../errors/sql-error.ts';

export type StartupPacket =
  | { readonly kind: 'ssl' }
  | { readonly kind: 'gss' }
  | { readonly kind: 'cancel'; readonly processId: number; readonly secretKey: number }
  | { readonly kind: 'malformedCancel' }
  | { readonly kind: 'unsupportedVersion'; readonly major: number; readonly minor: number }
  | StartupRequest;

export interface StartupRequest {
  readonly kind: 'startup';
  readonly minor: number;
  readonly user: string;
  readonly database: string;
  /** Command-line switches, read by `parseOptions` after the login. */
  readonly options: string;
  readonly settings: readonly (readonly [string, string])[];
  /** `_pq_.` options, none of which is known here. */
  readonly protocolOptions: readonly string[];
}

const requestMajor = 1234;
const cancelMinor = 5678;
const sslMinor = 5679;
const gssMinor = 5680;
const cancelBodyBytes = 12;
const nameBytesMax = 63;

/** `body` is the packet without its length. Errors: 08P01, 0A000, 28000, 22023. */
export function decodeStartup(body: Buffer): StartupPacket {
  const major = body.readUInt16BE(0);
  const minor = body.readUInt16BE(2);
  if (major === requestMajor && minor === sslMinor) return { kind: 'ssl' };
  if (major === requestMajor && minor === gssMinor) return { kind: 'gss' };
  if (major === requestMajor && minor === cancelMinor) {
    if (body.length !== cancelBodyBytes) return { kind: 'malformedCancel' };
    return { kind: 'cancel', processId: body.readInt32BE(4), secretKey: body.readInt32BE(8) };
  }
  if (major !== 3) return { kind: 'unsupportedVersion', major, minor };
  return readRequest(minor, decodePairs(body.subarray(4)));
}

function readRequest(minor: number, pairs: readonly (readonly [string, string])[]): StartupRequest {
  const reserved = new Map<string, string>();
  const settings: (readonly [string, string])[] = [];
  const protocolOptions: string[] = [];
  for (const pair of pairs) {
    const [name, value] = pair;
    if (name.startsWith('_pq_.')) protocolOptions.push(name);
    else if (reservedNames.has(name)) reserved.set(name, value);
    else settings.push(pair);
  }
  const user = truncateName(reserved.get('user') ?? '');
  if (user === '') {
    throw new SqlError(
      'invalid_authorization_specification',
      'no PostgreSQL user name specified in startup packet',
    );
  }
  refuseReplication(reserved.get('replication'));
  return {
    kind: 'startup',
    minor,
    user,
    database: truncateName(reserved.get('database') || user),
    options: reserved.get('options') ?? '',
    settings,
    protocolOptions,
  };
}

const reservedNames: ReadonlySet<string> = new Set(['user', 'database', 'options', 'replication']);

function decodePairs(bytes: Buffer): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  let offset = 0;
  while (offset < bytes.length && bytes[offset] !== 0) {
    const nameEnd = bytes.indexOf(0, offset);
    const valueEnd = nameEnd < 0 ? -1 : bytes.indexOf(0, nameEnd + 1);
    if (valueEnd < 0) throw invalidLayout();
    pairs.push([
      bytes.toString('utf8', offset, nameEnd),
      bytes.toString('utf8', nameEnd + 1, valueEnd),
    ]);
    offset = valueEnd + 1;
  }
  if (offset !== bytes.length - 1) throw invalidLayout();
  return pairs;
}

function invalidLayout(): SqlError {
  return new SqlError(
    'protocol_violation',
    'invalid startup packet layout: expected terminator as last byte',
  );
}

/** PostgreSQL cuts names to what its catalogs hold, between characters. */
function truncateName(name: string): string {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length <= nameBytesMax) return name;
  let end = nameBytesMax;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

function refuseReplication(value: string | undefined): void {
  if (value === undefined || /^(f(alse)?|no?|off?|0)$/i.test(value)) return;
  if (/^(t(rue)?|y(es)?|on|1|database)$/i.test(value)) {
    throw new SqlError('feature_not_supported', 'replication connections are not supported');
  }
  throw new SqlError(
    'invalid_parameter_value',
    `invalid value for parameter "replication": "${value}"`,
    { hint: 'Valid values are: "false", 0, "true", 1, "database".' },
  );
}

/**
 * `-c name=value`, `-cname=value` and `--name=value`; dashes in a name mean underscores.
 * Errors: 42601.
 */
export function parseOptions(options: string): readonly (readonly [string, string])[] {
  const words = splitOptions(options);
  const settings: (readonly [string, string])[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word.startsWith('--')) settings.push(parseAssignment('--', word.slice(2)));
    else if (word === '-c') {
      index += 1;
      settings.push(parseAssignment('-c ', words[index] ?? ''));
    } else if (word.startsWith('-c')) settings.push(parseAssignment('-c ', word.slice(2)));
    else {
      throw new SqlError(
        'syntax_error',
        `invalid command-line argument for server process: ${word}`,
      );
    }
  }
  return settings;
}

/** Splits at white space; a backslash takes the next character as it is. */
function splitOptions(options: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of options.matchAll(/(?:\\[^]|[^\s\\])+/g)) {
    words.push(word.replaceAll(/\\([^])/g, '$1'));
  }
  return words;
}

function parseAssignment(prefix: string, assignment: string): readonly [string, string] {
  const equals = assignment.indexOf('=');
  if (equals < 0) throw new SqlError('syntax_error', `${prefix}${assignment} requires a value`);
  return [assignment.slice(0, equals).replaceAll('-', '_'), assignment.slice(equals + 1)];
}
