/** A client's test program: it says lines, which must be the same for every server. */
export type Say = (what: string, value: unknown) => void;

/** `what: value` as JSON; bytes as hex, dates as ISO texts, bigints as numbers with an n. */
export function line(what: string, value: unknown): string {
  const text = JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'bigint') return `${each}n`;
    return isBuffer(each) ? `\\x${Buffer.from(each.data).toString('hex')}` : each;
  });
  return `${what}: ${text}`;
}

/** What Buffer.toJSON makes of bytes. */
function isBuffer(value: unknown): value is { readonly data: readonly number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}
