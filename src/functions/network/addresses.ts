/** Parts of network addresses, whether one lies in another, and arithmetic of them (network.c). */
import { SqlError } from '../../errors/sql-error.ts';
import {
  formatAddress,
  networkBytes,
  parseAddress,
  type Address,
} from '../../types/network-codecs.ts';

function sizeBits({ bytes }: Address): number {
  return bytes.length * 8;
}

function read(text: string): Address {
  return parseAddress(text, 'inet');
}

/** All ones in front. */
function maskOf({ bytes }: Address, bits: number): Uint8Array {
  return networkBytes(new Uint8Array(bytes.length).fill(0xff), bits);
}

function inverted(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => ~byte & 0xff);
}

/** An address alone. */
function host(bytes: Uint8Array): string {
  return formatAddress({ bytes, bits: bytes.length * 8 }, 'inet');
}

export function network(text: string): string {
  const { bytes, bits } = read(text);
  return formatAddress({ bytes: networkBytes(bytes, bits), bits }, 'cidr');
}

export function netmask(text: string): string {
  const address = read(text);
  return host(maskOf(address, address.bits));
}

export function hostmask(text: string): string {
  const address = read(text);
  return host(inverted(maskOf(address, address.bits)));
}

/** The last address of the network. */
export function broadcast(text: string): string {
  const address = read(text);
  const rest = inverted(maskOf(address, address.bits));
  const bytes = address.bytes.map((byte, index) => byte | (rest[index] ?? 0));
  return formatAddress({ bytes, bits: address.bits }, 'inet');
}

/** Errors: 22023. */
export function withMask(text: string, length: number, typeName: 'inet' | 'cidr'): string {
  const address = parseAddress(text, typeName);
  const bits = length === -1 ? sizeBits(address) : length;
  if (bits < 0 || bits > sizeBits(address)) {
    throw new SqlError('invalid_parameter_value', `invalid mask length: ${length}`);
  }
  const bytes = typeName === 'cidr' ? networkBytes(address.bytes, bits) : address.bytes;
  return formatAddress({ bytes, bits }, typeName);
}

/** Of a network the bytes that its mask covers. */
export function abbreviated(text: string, typeName: 'inet' | 'cidr'): string {
  const address = parseAddress(text, typeName);
  if (typeName === 'inet') return formatAddress(address, 'inet');
  const { bytes, bits } = address;
  if (bytes.length === 4) {
    const shown = [...bytes].slice(0, Math.max(1, Math.ceil(bits / 8)));
    return `${shown.join('.')}/${bits}`;
  }
  return formatAddress(address, 'cidr').replace(/::(?=\/)/, '');
}

export function isSameFamily(left: string, right: string): boolean {
  return read(left).bytes.length === read(right).bytes.length;
}

/** The smallest network that has both. Errors: 22023. */
export function mergeNetworks(left: string, right: string): string {
  const [a, b] = sameFamily(left, right, 'merge addresses from different families');
  let bits = Math.min(a.bits, b.bits);
  while (Buffer.compare(networkBytes(a.bytes, bits), networkBytes(b.bytes, bits)) !== 0) bits -= 1;
  return formatAddress({ bytes: networkBytes(a.bytes, bits), bits }, 'cidr');
}

/** Whether the second lies in the network of the first, or is it. */
export function containsNetwork(outer: string, inner: string, orEquals: boolean): boolean {
  const [a, b] = [read(outer), read(inner)];
  if (a.bytes.length !== b.bytes.length) return false;
  const isLonger = orEquals ? b.bits >= a.bits : b.bits > a.bits;
  return isLonger && sharePrefix(a, b, a.bits);
}

export function overlapNetworks(left: string, right: string): boolean {
  const [a, b] = [read(left), read(right)];
  return a.bytes.length === b.bytes.length && sharePrefix(a, b, Math.min(a.bits, b.bits));
}

function sharePrefix(a: Address, b: Address, bits: number): boolean {
  return Buffer.compare(networkBytes(a.bytes, bits), networkBytes(b.bytes, bits)) === 0;
}

export function complement(text: string): string {
  const { bytes, bits } = read(text);
  return formatAddress({ bytes: inverted(bytes), bits }, 'inet');
}

/** Errors: 22023. */
export function bitwise(left: string, right: string, word: 'AND' | 'OR'): string {
  const [a, b] = sameFamily(left, right, `${word} inet values of different sizes`);
  const bytes = a.bytes.map((byte, index) => {
    const other = b.bytes[index] ?? 0;
    return word === 'AND' ? byte & other : byte | other;
  });
  return formatAddress({ bytes, bits: Math.max(a.bits, b.bits) }, 'inet');
}

/** Errors: 22003. */
export function shifted(text: string, offset: bigint): string {
  const { bytes, bits } = read(text);
  const value = numberOf(bytes) + offset;
  if (value < 0n || value >= 1n << BigInt(bytes.length * 8)) throw outOfRange();
  const hex = value.toString(16).padStart(bytes.length * 2, '0');
  return formatAddress({ bytes: new Uint8Array(Buffer.from(hex, 'hex')), bits }, 'inet');
}

/** Errors: 22003, 22023. */
export function distance(left: string, right: string): bigint {
  const [a, b] = sameFamily(left, right, 'subtract inet values of different sizes');
  const difference = numberOf(a.bytes) - numberOf(b.bytes);
  if (difference !== BigInt.asIntN(64, difference)) throw outOfRange();
  return difference;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function outOfRange(): SqlError {
  return new SqlError('numeric_value_out_of_range', 'result is out of range');
}

function sameFamily(left: string, right: string, what: string): readonly [Address, Address] {
  const [a, b] = [read(left), read(right)];
  if (a.bytes.length === b.bytes.length) return [a, b];
  throw new SqlError('invalid_parameter_value', `cannot ${what}`);
}

/** Bits of hardware addresses, byte by byte. */
export function ofMac(left: string, right: string, compute: (a: number, b: number) => number) {
  const others = right.split(':');
  const bytes = left.split(':').map((byte, index) => {
    return compute(Number.parseInt(byte, 16), Number.parseInt(others[index] ?? '0', 16)) & 0xff;
  });
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
