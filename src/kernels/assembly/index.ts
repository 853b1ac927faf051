/** All kernels. One line per family. */
export * from './bits';
