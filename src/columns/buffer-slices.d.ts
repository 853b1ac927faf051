/**
 * Buffer's per-encoding methods, which Node documents only through `toString` and `write`:
 * the same work without the dispatch on the encoding's name.
 */
interface Buffer {
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
  hexSlice(start: number, end: number): string;
  utf8Write(text: string, offset: number, length: number): number;
  hexWrite(text: string, offset: number, length: number): number;
}
