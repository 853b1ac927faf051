/** The product's version, as package.json states it; checked by a test. */
export const version = '0.1.0';
