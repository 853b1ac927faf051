/** Functions that no expression computes: a statement's plan calls them, by places in its list. */

const prefix = 'called ';

export function calledId(index: number): string {
  return `${prefix}${index}`;
}

/** The place in the statement's list; undefined: the function is another. */
export function calledIndex(functionId: string): number | undefined {
  return functionId.startsWith(prefix) ? Number(functionId.slice(prefix.length)) : undefined;
}
