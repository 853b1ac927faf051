/** All kernels. One line per family. */
export * from './bits';
export * from './segment';
export * from './encode';
export * from './gather';
export * from './group';
export * from './hash';
export * from './filter';
export * from './accumulate';
export * from './sort';
export * from './join';
export * from './text-match';
export * from './moments';
export * from './sketch';
export * from './pair';
export * from './wide-key';
export * from './extreme';
