/** All kernels. One line per family. */
export * from './bits';
export * from './segment';
export * from './encode';
