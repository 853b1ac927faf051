/**
 * The messages a client sends after startup: one record each, and all of them in one list.
 *
 * A record knows its code byte, how long it may be and how its body reads; what it means is in
 * protocol.ts. PostgreSQL manual, section 55.7.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { MessageReader } from './message-reader.ts';

export type Target = 'statement' | 'portal';

export type FrontendMessage =
  | { readonly kind: 'query'; readonly sql: string }
  | {
      readonly kind: 'parse';
      readonly name: string;
      readonly sql: string;
      readonly parameterOids: readonly number[];
    }
  | {
      readonly kind: 'bind';
      readonly portal: string;
      readonly statement: string;
      readonly parameterFormats: readonly number[];
      readonly parameters: readonly (Buffer | null)[];
      readonly resultFormats: readonly number[];
    }
  | { readonly kind: 'describe'; readonly target: Target; readonly name: string }
  | { readonly kind: 'execute'; readonly portal: string; readonly rowsMax: number }
  | { readonly kind: 'close'; readonly target: Target; readonly name: string }
  | { readonly kind: 'flush' }
  | { readonly kind: 'sync' }
  | {
      readonly kind: 'functionCall';
      readonly functionOid: number;
      readonly argumentFormats: readonly number[];
      readonly args: readonly (Buffer | null)[];
      readonly resultFormat: number;
    }
  | { readonly kind: 'copyData'; readonly data: Buffer }
  | { readonly kind: 'copyDone' }
  | { readonly kind: 'copyFail'; readonly message: string }
  | { readonly kind: 'terminate' };

export type FrontendKind = FrontendMessage['kind'];
export type MessageOf<K extends FrontendKind> = Extract<FrontendMessage, { kind: K }>;

export interface MessageRecord<K extends FrontendKind = FrontendKind> {
  readonly kind: K;
  readonly code: string;
  /** `short` messages carry names only: 10,000 bytes are enough, as in PostgreSQL. */
  readonly length: 'short' | 'long';
  /** Part of the extended protocol: its error skips all messages until Sync. */
  readonly extended: boolean;
  /** Reads the fields; the caller checks that nothing is left. */
  readonly decode: (reader: MessageReader) => MessageOf<K>;
}

type Records = { readonly [K in FrontendKind]: Omit<MessageRecord<K>, 'kind'> };

const records: Records = {
  query: {
    code: 'Q',
    length: 'long',
    extended: false,
    decode: (reader) => ({ kind: 'query', sql: reader.cstring() }),
  },
  parse: { code: 'P', length: 'long', extended: true, decode: decodeParse },
  bind: { code: 'B', length: 'long', extended: true, decode: decodeBind },
  describe: {
    code: 'D',
    length: 'short',
    extended: true,
    decode: (reader) => ({
      kind: 'describe',
      target: decodeTarget(reader, 'DESCRIBE'),
      name: reader.cstring(),
    }),
  },
  execute: {
    code: 'E',
    length: 'short',
    extended: true,
    decode: (reader) => ({
      kind: 'execute',
      portal: reader.cstring(),
      rowsMax: Math.max(0, reader.int32()),
    }),
  },
  close: {
    code: 'C',
    length: 'short',
    extended: true,
    decode: (reader) => ({
      kind: 'close',
      target: decodeTarget(reader, 'CLOSE'),
      name: reader.cstring(),
    }),
  },
  flush: { code: 'H', length: 'short', extended: true, decode: () => ({ kind: 'flush' }) },
  sync: { code: 'S', length: 'short', extended: false, decode: () => ({ kind: 'sync' }) },
  functionCall: {
    code: 'F',
    length: 'long',
    extended: false,
    decode: decodeFunctionCall,
  },
  copyData: {
    code: 'd',
    length: 'long',
    extended: false,
    decode: (reader) => ({ kind: 'copyData', data: reader.rest() }),
  },
  copyDone: { code: 'c', length: 'short', extended: false, decode: () => ({ kind: 'copyDone' }) },
  copyFail: {
    code: 'f',
    length: 'short',
    extended: false,
    decode: (reader) => ({ kind: 'copyFail', message: reader.cstring() }),
  },
  terminate: {
    code: 'X',
    length: 'short',
    extended: false,
    decode: (reader) => {
      reader.rest();
      return { kind: 'terminate' };
    },
  },
};

export const frontendMessages: readonly MessageRecord[] = Object.entries(records).map(
  ([kind, record]) => ({ ...record, kind: kind as FrontendKind }),
);

function decodeTarget(reader: MessageReader, message: string): Target {
  const subtype = reader.byte();
  if (subtype === 0x53) return 'statement';
  if (subtype === 0x50) return 'portal';
  throw new SqlError('protocol_violation', `invalid ${message} message subtype ${subtype}`);
}

function decodeParse(reader: MessageReader): MessageOf<'parse'> {
  const name = reader.cstring();
  const sql = reader.cstring();
  return { kind: 'parse', name, sql, parameterOids: decodeList(reader, () => reader.uint32()) };
}

function decodeBind(reader: MessageReader): MessageOf<'bind'> {
  const portal = reader.cstring();
  const statement = reader.cstring();
  const parameterFormats = decodeList(reader, () => reader.uint16());
  const parameterCount = reader.uint16();
  if (parameterFormats.length > 1 && parameterFormats.length !== parameterCount) {
    throw new SqlError(
      'protocol_violation',
      `bind message has ${parameterFormats.length} parameter formats ` +
        `but ${parameterCount} parameters`,
    );
  }
  const parameters: (Buffer | null)[] = [];
  while (parameters.length < parameterCount) {
    parameters.push(decodeParameter(reader, portal, parameters.length + 1));
  }
  const resultFormats = decodeList(reader, () => reader.uint16());
  return { kind: 'bind', portal, statement, parameterFormats, parameters, resultFormats };
}

/** int32 byte size, -1 for NULL, and the value. */
function decodeParameter(reader: MessageReader, portal: string, number: number): Buffer | null {
  const byteSize = reader.int32();
  if (byteSize === -1) return null;
  if (byteSize >= 0 && byteSize <= reader.remaining) return reader.bytes(byteSize);
  const place = portal === '' ? 'unnamed portal' : `portal "${portal}"`;
  throw new SqlError('protocol_violation', 'insufficient data left in message', {
    where: `${place} parameter $${number}`,
  });
}

function decodeFunctionCall(reader: MessageReader): MessageOf<'functionCall'> {
  const functionOid = reader.uint32();
  const argumentFormats = decodeList(reader, () => reader.uint16());
  const count = reader.uint16();
  const args: (Buffer | null)[] = [];
  while (args.length < count) args.push(decodeArgument(reader));
  return {
    kind: 'functionCall',
    functionOid,
    argumentFormats,
    args,
    resultFormat: reader.uint16(),
  };
}

/** Errors: 08P01 for a size that cannot be. */
function decodeArgument(reader: MessageReader): Buffer | null {
  const byteSize = reader.int32();
  if (byteSize === -1) return null;
  if (byteSize >= 0) return reader.bytes(byteSize);
  throw new SqlError(
    'protocol_violation',
    `invalid argument size ${byteSize} in function call message`,
  );
}

/** An uint16 count and its items; grows with the bytes that are there, never with the count. */
function decodeList(reader: MessageReader, decodeItem: () => number): number[] {
  const count = reader.uint16();
  const items: number[] = [];
  while (items.length < count) items.push(decodeItem());
  return items;
}
