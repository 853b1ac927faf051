/** Assertions for our own bugs: user input can never reach one. They become SQLSTATE XX000. */

export class InternalError extends Error {
  override readonly name = 'InternalError';
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** Returns the value, which the program knows to be present. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new InternalError(`missing: ${what}`);
  return value;
}

/** Ends every `switch` on a union: a forgotten case does not compile. */
export function unreachable(value: never): never {
  throw new InternalError(`unreachable: ${JSON.stringify(value)}`);
}
