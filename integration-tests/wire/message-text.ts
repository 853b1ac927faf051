/** Server messages as the lines of a `.pgtest` file: the message's name, then what it says. */
import {
  FieldReader,
  reportFields,
  rowColumns,
  rowValues,
  type BackendMessage,
} from './backend-decoder.ts';

const describers: Readonly<Record<string, (body: Buffer) => string>> = {
  Authentication: authentication,
  BackendKeyData: () => '',
  ParameterStatus: (body) => {
    const reader = new FieldReader(body);
    return `${reader.cstring()}=${reader.cstring()}`;
  },
  ReadyForQuery: (body) => body.toString('latin1'),
  RowDescription: (body) =>
    rowColumns(body)
      .map(({ name, typeOid, format }) => `${name}:${typeOid}${format === 1 ? '/binary' : ''}`)
      .join(' '),
  DataRow: (body) =>
    rowValues(body)
      .map((value) => (value === null ? 'NULL' : printable(value)))
      .join(' | '),
  CommandComplete: (body) => new FieldReader(body).cstring(),
  ErrorResponse: report,
  NoticeResponse: report,
  NotificationResponse: (body) => {
    const reader = new FieldReader(body);
    reader.int32();
    return `${reader.cstring()} ${reader.cstring()}`;
  },
  CopyInResponse: copyFormats,
  CopyOutResponse: copyFormats,
  CopyData: printable,
  ParameterDescription: (body) => {
    const reader = new FieldReader(body);
    return Array.from({ length: reader.int16() }, () => reader.int32()).join(' ');
  },
  NegotiateProtocolVersion: (body) => {
    const reader = new FieldReader(body);
    const version = reader.int32();
    const options = Array.from({ length: reader.int32() }, () => reader.cstring());
    return `${version >> 16}.${version & 0xffff} ${options.join(' ')}`.trimEnd();
  },
};

export function messageText({ name, body }: BackendMessage): string {
  return `${name} ${describers[name]?.(body) ?? ''}`.trimEnd();
}

/** Severity, SQLSTATE, message, and the fields whose text PostgreSQL fixes. */
function report(body: Buffer): string {
  const fields = reportFields(body);
  const shown = [...'DHPpqWstcdn'].flatMap((code) => {
    const value = fields.get(code);
    return value === undefined ? [] : [`${code}=${JSON.stringify(value)}`];
  });
  return [fields.get('V'), fields.get('C'), JSON.stringify(fields.get('M')), ...shown].join(' ');
}

function authentication(body: Buffer): string {
  const kind = body.readInt32BE(0);
  const data = body.subarray(4);
  if (kind === 0) return 'ok';
  if (kind === 10) return `sasl ${data.toString('latin1').split('\0').filter(Boolean).join(' ')}`;
  return kind === 11 ? 'continue' : `kind ${kind}`;
}

function copyFormats(body: Buffer): string {
  const reader = new FieldReader(body);
  const format = reader.byte();
  const columns = Array.from({ length: reader.int16() }, () => reader.int16());
  return `${format} ${columns.join(' ')}`;
}

function printable(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(bytes) && !/[^\x09\x0a\x20-\uffff]/.test(text);
  return isText
    ? text.replaceAll('\t', '\\t').replaceAll('\n', '\\n')
    : `0x${bytes.toString('hex')}`;
}
