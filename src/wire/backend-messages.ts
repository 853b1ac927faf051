/**
 * The messages the server sends, as whole frames. pg-protocol's Writer builds what varies.
 * PostgreSQL manual, section 55.7.
 *
 * Texts are written in the client's encoding, without a charset as UTF-8. Errors: 22P05.
 */
import { Writer } from 'pg-protocol/dist/buffer-writer.js';
import { sqlStates } from '../errors/sql-state.ts';
import type { SqlErrorFields } from '../errors/sql-error.ts';
import type { FieldDescription, Notification } from '../session/session.ts';
import type { Charset } from '../types/encodings/charset.ts';

/** Encoding never awaits, so one writer serves all connections. */
const writer = new Writer();

export const parseComplete = bare('1');
export const bindComplete = bare('2');
export const closeComplete = bare('3');
export const noData = bare('n');
export const portalSuspended = bare('s');
export const emptyQueryResponse = bare('I');
export const copyDone = bare('c');
export const sslAccepted = Buffer.from('S');
export const sslRefused = Buffer.from('N');

const readyMessages = {
  I: Buffer.from([0x5a, 0, 0, 0, 5, 0x49]),
  T: Buffer.from([0x5a, 0, 0, 0, 5, 0x54]),
  E: Buffer.from([0x5a, 0, 0, 0, 5, 0x45]),
} as const;

export function readyForQuery(status: 'I' | 'T' | 'E'): Buffer {
  return readyMessages[status];
}

export function authenticationOk(): Buffer {
  return finish('R', begin().addInt32(0));
}

export function authenticationSasl(mechanisms: readonly string[]): Buffer {
  begin().addInt32(10);
  for (const mechanism of mechanisms) writer.addCString(mechanism);
  return finish('R', writer.addCString(''));
}

export function authenticationSaslContinue(data: string): Buffer {
  return finish('R', begin().addInt32(11).addString(data));
}

export function authenticationSaslFinal(data: string): Buffer {
  return finish('R', begin().addInt32(12).addString(data));
}

/** The newest protocol we speak, and the options of the client that we do not know. */
export function negotiateProtocolVersion(unknownOptions: readonly string[]): Buffer {
  begin().addInt32(0x0003_0000).addInt32(unknownOptions.length);
  for (const option of unknownOptions) writer.addCString(option);
  return finish('v', writer);
}

export function parameterStatus(name: string, value: string, charset?: Charset): Buffer {
  begin();
  addText(name, charset);
  addText(value, charset);
  return finish('S', writer);
}

export function backendKeyData(processId: number, secretKey: number): Buffer {
  return finish('K', begin().addInt32(processId).addInt32(secretKey));
}

/** By the descriptions, which are the same each time that a kept plan runs. */
const rowDescriptions = new WeakMap<readonly FieldDescription[], Buffer>();

export function rowDescription(fields: readonly FieldDescription[], charset?: Charset): Buffer {
  if (charset !== undefined) return newRowDescription(fields, charset);
  let message = rowDescriptions.get(fields);
  if (message === undefined) {
    message = newRowDescription(fields, charset);
    rowDescriptions.set(fields, message);
  }
  return message;
}

function newRowDescription(fields: readonly FieldDescription[], charset?: Charset): Buffer {
  begin().addInt16(fields.length);
  for (const field of fields) {
    addText(field.name, charset);
    writer
      .addInt32(field.tableOid)
      .addInt16(field.columnNumber)
      .addInt32(field.typeOid)
      .addInt16(field.typeLength)
      .addInt32(field.typmod)
      .addInt16(field.format);
  }
  return finish('T', writer);
}

export function parameterDescription(oids: readonly number[]): Buffer {
  begin().addInt16(oids.length);
  for (const oid of oids) writer.addInt32(oid);
  return finish('t', writer);
}

/** By tag: most statements end with one of a few, and tags of large results come and go. */
const commandsCompleted = new Map<string, Buffer>();
const commandsCompletedMax = 256;

export function commandComplete(tag: string): Buffer {
  const known = commandsCompleted.get(tag);
  if (known !== undefined) return known;
  begin();
  addText(tag);
  const message = finish('C', writer);
  if (commandsCompleted.size >= commandsCompletedMax) commandsCompleted.clear();
  commandsCompleted.set(tag, message);
  return message;
}

/** The result of a FunctionCall; null: NULL. */
export function functionCallResponse(value: Uint8Array | null): Buffer {
  if (value === null) return finish('V', begin().addInt32(-1));
  return finish('V', begin().addInt32(value.length).add(Buffer.from(value)));
}

export function notificationResponse(notification: Notification, charset?: Charset): Buffer {
  begin().addInt32(notification.processId);
  addText(notification.channel, charset);
  addText(notification.payload, charset);
  return finish('A', writer);
}

export function copyInResponse(format: number, columnFormats: readonly number[]): Buffer {
  return copyResponse('G', format, columnFormats);
}

export function copyOutResponse(format: number, columnFormats: readonly number[]): Buffer {
  return copyResponse('H', format, columnFormats);
}

function copyResponse(code: string, format: number, columnFormats: readonly number[]): Buffer {
  const start = begin().reserveUnsafe(1);
  writer.buffer[start] = format;
  writer.addInt16(columnFormats.length);
  for (const columnFormat of columnFormats) writer.addInt16(columnFormat);
  return finish(code, writer);
}

/** What an ErrorResponse or a NoticeResponse says. */
export interface Report {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly fields: SqlErrorFields;
}

export function errorResponse(report: Report, charset?: Charset): Buffer {
  return finish('E', addReport(report, charset));
}

export function noticeResponse(report: Report, charset?: Charset): Buffer {
  return finish('N', addReport(report, charset));
}

/** The form of protocol 2.0: no length, one text. */
export function oldStyleError(message: string): Buffer {
  return Buffer.from(`EFATAL:  ${message}\n\0`, 'utf8');
}

const routineByCode: ReadonlyMap<string, string> = new Map(
  Object.entries(sqlStates).map(([name, code]) => [code, name]),
);

/** No C source is named by F, L and R: the routine is the condition, unless clients go by it. */
function addReport({ severity, code, message, fields }: Report, charset?: Charset): Writer {
  const addField = (letter: string, value: string | undefined): void => {
    if (value === undefined) return;
    writer.addString(letter);
    addText(value, charset);
  };
  begin();
  addField('S', severity);
  addField('V', severity);
  addField('C', code);
  addField('M', message);
  addField('D', fields.detail);
  addField('H', fields.hint);
  addField('P', fields.position?.toString());
  addField('p', fields.internalPosition?.toString());
  addField('q', fields.internalQuery);
  addField('W', fields.where);
  addField('s', fields.schema);
  addField('t', fields.table);
  addField('c', fields.column);
  addField('d', fields.dataType);
  addField('n', fields.constraint);
  addField('F', 'timefusion');
  addField('L', '1');
  addField('R', fields.routine ?? routineByCode.get(code) ?? 'unknown');
  return writer.addString('\0');
}

/** An error may have left a message unfinished. */
function begin(): Writer {
  writer.clear();
  return writer;
}

/** A zero-terminated string. */
function addText(text: string, charset?: Charset): void {
  const cleaned = clean(text);
  if (charset === undefined) writer.addCString(cleaned);
  else writer.add(charset.fromUtf8(Buffer.from(cleaned, 'utf8'))).addCString('');
}

/** A zero byte would end the string early and break the framing. */
function clean(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

function finish(code: string, message: Writer): Buffer {
  return message.flush(code.charCodeAt(0));
}

function bare(code: string): Buffer {
  return Buffer.from([code.charCodeAt(0), 0, 0, 0, 4]);
}
