/** Frames as a client sends them, for scripts: from a message name and JSON-like fields. */

export type Fields = Readonly<Record<string, unknown>>;

export const sslRequest = startupFrame(80877103, '');
export const gssRequest = startupFrame(80877104, '');

export function startup(parameters: Readonly<Record<string, string>>, version = 0x30000): Buffer {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`);
  return startupFrame(version, `${pairs.join('')}\0`);
}

export function startupFrame(code: number, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body as string, 'utf8');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + bytes.length, 0);
  head.writeInt32BE(code, 4);
  return Buffer.concat([head, bytes]);
}

export function cancelRequest(processId: number, secretKey: number): Buffer {
  return startupFrame(80877102, Buffer.concat([int32(processId), int32(secretKey)]));
}

export function frame(code: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string, 'utf8')));
  return Buffer.concat([Buffer.from(code), int32(4 + body.length), body]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const builders: Readonly<Record<string, (fields: Fields) => Buffer>> = {
  Query: (fields) => frame('Q', statementText(fields)),
  Parse: (fields) =>
    frame(
      'P',
      cstring(fields['name'] ?? ''),
      statementText(fields),
      list(fields['oids'] ?? [], int32),
    ),
  Bind: (fields) => bind(fields),
  Describe: (fields) => frame('D', target(fields)),
  Close: (fields) => frame('C', target(fields)),
  Execute: ({ portal = '', rows = 0 }) => frame('E', cstring(portal), int32(Number(rows))),
  Flush: () => frame('H'),
  Sync: () => frame('S'),
  Terminate: () => frame('X'),
  CopyData: ({ text = '', hex }) =>
    frame('d', hex === undefined ? String(text) : Buffer.from(String(hex), 'hex')),
  CopyDone: () => frame('c'),
  CopyFail: ({ message = '' }) => frame('f', cstring(message)),
  FunctionCall: (fields) => functionCall(fields),
  SSLRequest: () => sslRequest,
  GSSENCRequest: () => gssRequest,
  Startup: ({ version = 0x30000, ...parameters }) =>
    startup(parameters as Record<string, string>, Number(version)),
  Raw: ({ hex = '' }) => Buffer.from(String(hex).replaceAll(' ', ''), 'hex'),
};

/** The text of a statement, or its bytes in an encoding other than UTF-8. */
function statementText({ sql = '', hex }: Fields): Buffer {
  return hex === undefined ? cstring(sql) : Buffer.from(`${String(hex)}00`, 'hex');
}

/** Errors: throws for a name that is no message. */
export function build(name: string, fields: Fields): Buffer {
  const builder = builders[name];
  if (builder === undefined) throw new Error(`no such message: ${name}`);
  return builder(fields);
}

function bind({
  portal = '',
  statement = '',
  formats = [],
  values = [],
  results = [],
}: Fields): Buffer {
  const parameters = (values as (string | null | { hex: string })[]).map((value) => {
    if (value === null) return int32(-1);
    const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.hex, 'hex');
    return Buffer.concat([int32(bytes.length), bytes]);
  });
  return frame(
    'B',
    cstring(portal),
    cstring(statement),
    list(formats, int16),
    int16(parameters.length),
    ...parameters,
    list(results, int16),
  );
}

/** Values are hexadecimal. */
function functionCall({ oid = 0, formats = [], values = [], result = 0 }: Fields): Buffer {
  const parameters = (values as readonly (string | null)[]).map((value) => {
    if (value === null) return int32(-1);
    const bytes = Buffer.from(value, 'hex');
    return Buffer.concat([int32(bytes.length), bytes]);
  });
  return frame(
    'F',
    int32(Number(oid)),
    list(formats, int16),
    int16(parameters.length),
    ...parameters,
    int16(Number(result)),
  );
}

function target({ statement, portal = '' }: Fields): Buffer {
  return statement === undefined
    ? Buffer.concat([Buffer.from('P'), cstring(portal)])
    : Buffer.concat([Buffer.from('S'), cstring(statement)]);
}

function cstring(text: unknown): Buffer {
  return Buffer.from(`${String(text)}\0`, 'utf8');
}

function list(items: unknown, encode: (item: number) => Buffer): Buffer {
  const numbers = items as readonly number[];
  return Buffer.concat([int16(numbers.length), ...numbers.map(encode)]);
}
