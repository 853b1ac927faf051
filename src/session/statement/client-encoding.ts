/** Rows and COPY data between UTF-8 and the client's encoding. */
import type { TypeName } from '../../types/sql-type.ts';
import { convertBinary } from '../../types/encodings/binary-texts.ts';
import { charsetNamed, type Charset } from '../../types/encodings/charset.ts';
import type { Settings } from '../settings/settings.ts';
import type { Portal } from '../portal/portal.ts';
import type { FieldDescription, ResultWriter } from '../session.ts';
import type { SqlSession } from '../sql-session.ts';
import { changedRows, type ChangeValue } from './data-rows.ts';
import { describeFields, expandFormats } from './fields.ts';
import { PassingWriter } from './result-writers.ts';

/** null: texts go as they are. */
export function clientCharset(settings: Settings): Charset | null {
  return charsetNamed(settings.get('client_encoding')) ?? null;
}

/** A writer that gives rows of the statement in the encoding that the client has by then. */
export function inClientEncoding(
  session: SqlSession,
  out: ResultWriter,
  portal: Pick<Portal, 'prepared' | 'formats'>,
): ResultWriter {
  return new EncodingWriter(out, session, portal);
}

interface EncodedColumn {
  readonly typeOid: number;
  readonly format: number;
}

class EncodingWriter extends PassingWriter {
  readonly #session: SqlSession;
  readonly #portal: Pick<Portal, 'prepared' | 'formats'>;
  #described: readonly EncodedColumn[] | undefined;

  constructor(
    out: ResultWriter,
    session: SqlSession,
    portal: Pick<Portal, 'prepared' | 'formats'>,
  ) {
    super(out);
    this.#session = session;
    this.#portal = portal;
  }

  override rowDescription(fields: readonly FieldDescription[]): void {
    this.#described = fields;
    this.out.rowDescription(fields);
  }

  /** Rows before one that cannot be said are sent. Errors: 22P05. */
  override rows(bytes: Uint8Array): Promise<void> | void {
    const { charset } = this.#session;
    if (charset === undefined) return this.out.rows(bytes);
    const columns = this.#described ?? this.#boundColumns();
    const changes = columns.map((column) => this.#encode(column, charset));
    const rows: Buffer[] = [];
    let sent: Promise<void> | void;
    try {
      for (const row of changedRows(viewOf(bytes), changes)) rows.push(row);
    } finally {
      sent = this.out.rows(Buffer.concat(rows));
    }
    return sent;
  }

  #encode({ typeOid, format }: EncodedColumn, charset: Charset): ChangeValue {
    if (format === 0) return (bytes) => charset.fromUtf8(bytes);
    const type = this.#session.catalog().typeByOid(typeOid);
    return encodeBinary(type?.name ?? 'void', charset);
  }

  /** In the extended protocol Bind says the formats. */
  #boundColumns(): readonly EncodedColumn[] {
    const { prepared, formats } = this.#portal;
    const { utilityFields, fields = [] } = prepared;
    const known = utilityFields ?? describeFields(fields, []);
    const expanded = expandFormats(formats, known.length);
    return known.map(({ typeOid, format }, index) => {
      return { typeOid, format: formats.length === 0 ? format : (expanded[index] ?? 0) };
    });
  }
}

function encodeBinary(type: TypeName, charset: Charset): ChangeValue {
  return (bytes) => convertBinary(type, bytes, (text) => charset.fromUtf8(text));
}

/** Rows whose values are all in the binary format. */
export function encodeBinaryRows(
  bytes: Uint8Array,
  types: readonly TypeName[],
  charset: Charset,
): Buffer {
  const changes = types.map((type) => encodeBinary(type, charset));
  return Buffer.concat([...changedRows(viewOf(bytes), changes)]);
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
