/** How one type's values become text and bytes: input, output, receive and send functions. */
import type { Datum } from './datum.ts';
import type { FormatSettings } from './format-settings.ts';

export interface Codec<T = Datum> {
  /** The type's input function: 22P02 and friends for bad text. */
  readonly parse: (text: string, formats: FormatSettings) => T;
  readonly format: (value: T, formats: FormatSettings) => string;
  /** The type's send function: the wire's binary format. */
  readonly encode: (value: T) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => T;
}

/** Forgets which Datum form the codec is over: the table of codecs is keyed by the type instead. */
export function codecOf<T extends Datum>(codec: Codec<T>): Codec {
  return codec as unknown as Codec;
}
