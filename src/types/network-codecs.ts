/** inet, cidr and macaddr, kept as their text. */
import { isIPv4, isIPv6 } from 'node:net';
import { SqlError } from '../errors/sql-error.ts';
import { codecOf } from './codec.ts';
import { invalidSyntax } from './integer-codecs.ts';
import { hexOf } from './text-codecs.ts';

/** An address with the length of its network's prefix. */
export interface Address {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

const familyV4 = 2;
const familyV6 = 3;

export function parseAddress(text: string, typeName: 'inet' | 'cidr'): Address {
  const [host = '', mask, ...rest] = text.split('/');
  const padded = typeName === 'cidr' && /^\d+(\.\d+){0,2}$/.test(host) ? padHost(host) : host;
  const plain = /^\d+(?:\.\d+){3}\.?$/.test(padded) ? withoutZeros(padded) : padded;
  const bytes = isIPv4(plain)
    ? Uint8Array.from(plain.split('.').map(Number))
    : isIPv6(padded)
      ? bytesOfV6(padded)
      : undefined;
  if (bytes === undefined || rest.length > 0) throw invalidSyntax(typeName, text);
  const all = bytes.length * 8;
  const shortBits = typeName === 'cidr' ? host.split('.').length * 8 : all;
  const bits = mask === undefined ? (all === 32 ? shortBits : all) : Number(mask);
  const isBadMask = mask !== undefined && (!/^\d+$/.test(mask) || bits > all);
  if (isBadMask) throw invalidSyntax(typeName, text);
  if (typeName === 'cidr' && hasHostBits(bytes, bits)) {
    throw new SqlError('invalid_text_representation', `invalid cidr value: "${text}"`, {
      detail: 'Value has bits set to right of mask.',
    });
  }
  return { bytes, bits };
}

/** `192.168.001.010` is 192.168.1.10. */
function withoutZeros(host: string): string {
  return host.replaceAll(/\b0+(?=\d)/g, '').replace(/\.$/, '');
}

function padHost(host: string): string {
  const parts = host.split('.');
  return [...parts, ...Array<string>(4 - parts.length).fill('0')].join('.');
}

function hasHostBits(bytes: Uint8Array, bits: number): boolean {
  return bytes.some((byte, i) => {
    const kept = Math.min(8, Math.max(0, bits - i * 8));
    return (byte & (0xff >> kept)) !== 0;
  });
}

function bytesOfV6(text: string): Uint8Array {
  const v4 = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const pair = (a: string | undefined, b: string | undefined): string =>
    (Number(a) * 256 + Number(b)).toString(16);
  const plain = v4 === null ? text : `${v4[1]}${pair(v4[2], v4[3])}:${pair(v4[4], v4[5])}`;
  const [head = '', tail] = plain.split('::');
  const words = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => parseInt(word, 16));
  const front = words(head);
  const back = tail === undefined ? [] : words(tail);
  const middle = Array<number>(8 - front.length - back.length).fill(0);
  return Uint8Array.from([...front, ...middle, ...back].flatMap((word) => [word >> 8, word & 255]));
}

function textOfV6(bytes: Uint8Array): string {
  const words: number[] = [];
  for (let i = 0; i < 16; i += 2) words.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i += 1) {
    let end = i;
    while (end < 8 && words[end] === 0) end += 1;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const hex = (part: readonly number[]): string => part.map((word) => word.toString(16)).join(':');
  const isMapped = start === 0 && (length === 6 || (length === 5 && words[5] === 0xffff));
  if (isMapped) {
    const v4 = [...bytes.subarray(12)].join('.');
    return length === 6 ? `::${v4}` : `::ffff:${v4}`;
  }
  if (start < 0) return hex(words);
  return `${hex(words.slice(0, start))}::${hex(words.slice(start + length))}`;
}

export function formatAddress({ bytes, bits }: Address, typeName: 'inet' | 'cidr'): string {
  const host = bytes.length === 4 ? bytes.join('.') : textOfV6(bytes);
  return typeName === 'inet' && bits === bytes.length * 8 ? host : `${host}/${bits}`;
}

function encodeAddress(value: string, typeName: 'inet' | 'cidr'): Uint8Array {
  const { bytes, bits } = parseAddress(value, typeName);
  const family = bytes.length === 4 ? familyV4 : familyV6;
  return Uint8Array.of(family, bits, typeName === 'cidr' ? 1 : 0, bytes.length, ...bytes);
}

function decodeAddress(wire: Uint8Array, typeName: 'inet' | 'cidr'): string {
  const [family = 0, bits = 0, , size = 0] = wire;
  const bytes = wire.slice(4);
  const isSound = (family === familyV4 && size === 4) || (family === familyV6 && size === 16);
  if (!isSound || bytes.length !== size || bits > size * 8) {
    const message = `invalid address family in external "${typeName}" value`;
    throw new SqlError('invalid_binary_representation', message);
  }
  return formatAddress({ bytes, bits }, typeName);
}

/** Addresses of IPv4 first; then by the network's bits, by its length, by the whole address. */
export function compareAddresses(a: string, b: string): number {
  const left = parseAddress(a, 'inet');
  const right = parseAddress(b, 'inet');
  if (left.bytes.length !== right.bytes.length) return left.bytes.length - right.bytes.length;
  const shared = Math.min(left.bits, right.bits);
  return (
    Buffer.compare(networkBytes(left.bytes, shared), networkBytes(right.bytes, shared)) ||
    left.bits - right.bits ||
    Buffer.compare(left.bytes, right.bytes)
  );
}

/** The address with zeros behind its first bits. */
export function networkBytes(bytes: Uint8Array, bits: number): Uint8Array {
  return bytes.map((byte, i) => byte & ~(0xff >> Math.min(8, Math.max(0, bits - i * 8))));
}

/** The host's bits become zero. */
export function cidrOfInet(value: string): string {
  const { bytes, bits } = parseAddress(value, 'inet');
  return formatAddress({ bytes: networkBytes(bytes, bits), bits }, 'cidr');
}

export function inetOfCidr(value: string): string {
  return formatAddress(parseAddress(value, 'cidr'), 'inet');
}

function addressCodec(typeName: 'inet' | 'cidr') {
  return codecOf<string>({
    parse: (text) => formatAddress(parseAddress(text, typeName), typeName),
    format: (value) => value,
    encode: (value) => encodeAddress(value, typeName),
    decode: (bytes) => decodeAddress(bytes, typeName),
  });
}

export const inetCodec = addressCodec('inet');
export const cidrCodec = addressCodec('cidr');

function macOfHex(hex: string): string {
  return hex.toLowerCase().match(/../g)?.join(':') ?? '';
}

const macPatterns: readonly RegExp[] = [
  /^\s*[0-9a-f]{1,2}([:-])[0-9a-f]{1,2}(?:\1[0-9a-f]{1,2}){4}\s*$/i,
  /^\s*[0-9a-f]{6}[:-]?[0-9a-f]{6}\s*$/i,
  /^\s*[0-9a-f]{4}([.-])[0-9a-f]{4}\1[0-9a-f]{4}\s*$/i,
];

function parseMac(text: string): string {
  if (!macPatterns.some((pattern) => pattern.test(text))) throw invalidSyntax('macaddr', text);
  const pieces = text.trim().split(/[:.-]/);
  const hex = pieces.length === 6 ? pieces.map((piece) => piece.padStart(2, '0')) : pieces;
  return macOfHex(hex.join(''));
}

export const macaddrCodec = codecOf<string>({
  parse: parseMac,
  format: (value) => value,
  encode: (value) => Uint8Array.from(Buffer.from(value.replaceAll(':', ''), 'hex')),
  decode: (bytes) => macOfHex(hexOf(bytes)),
});
