/** Server messages read back, whole and independent of the server's own code. */
import { isUtf8 } from 'node:buffer';

export interface BackendMessage {
  readonly code: string;
  readonly name: string;
  readonly body: Buffer;
}

const names: Readonly<Record<string, string>> = {
  R: 'Authentication',
  K: 'BackendKeyData',
  S: 'ParameterStatus',
  Z: 'ReadyForQuery',
  T: 'RowDescription',
  D: 'DataRow',
  C: 'CommandComplete',
  E: 'ErrorResponse',
  N: 'NoticeResponse',
  A: 'NotificationResponse',
  I: 'EmptyQueryResponse',
  G: 'CopyInResponse',
  H: 'CopyOutResponse',
  d: 'CopyData',
  c: 'CopyDone',
  n: 'NoData',
  s: 'PortalSuspended',
  t: 'ParameterDescription',
  v: 'NegotiateProtocolVersion',
  V: 'FunctionCallResponse',
  '1': 'ParseComplete',
  '2': 'BindComplete',
  '3': 'CloseComplete',
};

/** Splits what is whole; throws when the bytes cannot be a server's. */
export class BackendDecoder {
  #bytes: Buffer = Buffer.alloc(0);

  get rest(): Buffer {
    return this.#bytes;
  }

  push(chunk: Buffer): BackendMessage[] {
    const bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const messages: BackendMessage[] = [];
    let offset = 0;
    while (bytes.length - offset >= 5) {
      const length = bytes.readInt32BE(offset + 1);
      const code = String.fromCharCode(bytes.readUInt8(offset));
      const name = names[code];
      if (name === undefined || length < 4) throw new Error(`not a server message: ${code}`);
      const end = offset + 1 + length;
      if (bytes.length < end) break;
      messages.push({ code, name, body: bytes.subarray(offset + 5, end) });
      offset = end;
    }
    this.#bytes = bytes.subarray(offset);
    return messages;
  }
}

export class FieldReader {
  readonly #body: Buffer;
  offset = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get remaining(): number {
    return this.#body.length - this.offset;
  }

  int16(): number {
    this.offset += 2;
    return this.#body.readInt16BE(this.offset - 2);
  }

  int32(): number {
    this.offset += 4;
    return this.#body.readInt32BE(this.offset - 4);
  }

  byte(): number {
    this.offset += 1;
    return this.#body.readUInt8(this.offset - 1);
  }

  bytes(byteSize: number): Buffer {
    this.offset += byteSize;
    return this.#body.subarray(this.offset - byteSize, this.offset);
  }

  cstring(): string {
    const end = this.#body.indexOf(0, this.offset);
    const bytes = this.#body.subarray(this.offset, end);
    const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
    this.offset = end + 1;
    return text;
  }
}

/** The fields of an ErrorResponse or NoticeResponse by their code. */
export function reportFields(body: Buffer): ReadonlyMap<string, string> {
  const reader = new FieldReader(body);
  const fields = new Map<string, string>();
  for (let code = reader.byte(); code !== 0; code = reader.byte()) {
    fields.set(String.fromCharCode(code), reader.cstring());
  }
  return fields;
}

export interface ColumnDescription {
  readonly name: string;
  readonly tableOid: number;
  readonly columnNumber: number;
  readonly typeOid: number;
  readonly typmod: number;
  readonly format: number;
}

export function rowColumns(body: Buffer): readonly ColumnDescription[] {
  const reader = new FieldReader(body);
  return Array.from({ length: reader.int16() }, () => {
    const name = reader.cstring();
    const tableOid = reader.int32();
    const columnNumber = reader.int16();
    const typeOid = reader.int32();
    reader.int16();
    return {
      name,
      tableOid,
      columnNumber,
      typeOid,
      typmod: reader.int32(),
      format: reader.int16(),
    };
  });
}

export function rowValues(body: Buffer): readonly (Buffer | null)[] {
  const reader = new FieldReader(body);
  return Array.from({ length: reader.int16() }, () => {
    const byteSize = reader.int32();
    return byteSize < 0 ? null : reader.bytes(byteSize);
  });
}
