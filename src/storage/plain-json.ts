/** JSON of plain data with bigints and bytes in it: definitions in the log and the manifest. */

function replace(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $int: String(value) };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  return value;
}

function restore(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { $int, $bytes } = value as { readonly $int?: unknown; readonly $bytes?: unknown };
  if (typeof $int === 'string') return BigInt($int);
  return typeof $bytes === 'string' ? new Uint8Array(Buffer.from($bytes, 'base64')) : value;
}

export function plainStringify(value: unknown): string {
  // Buffer's own toJSON would come before `replace`; the store's data holds no Buffers.
  return JSON.stringify(value, replace);
}

export function plainParse(text: string): unknown {
  return JSON.parse(text, restore);
}
