/**
 * tls-server-end-point channel binding (RFC 5929): the hash of the server's certificate, by the
 * hash function of its own signature; SHA-256 where that is MD5 or SHA-1.
 *
 *     Certificate ::= SEQUENCE { tbs SEQUENCE, signatureAlgorithm SEQUENCE { OID, … }, … }
 */
import { createHash, X509Certificate } from 'node:crypto';

const hashBySignature: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'sha256',
  '2a864886f70d010105': 'sha256',
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a864886f70d01010e': 'sha224',
  '2a8648ce3d0401': 'sha256',
  '2a8648ce3d040301': 'sha224',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
};

/**
 * undefined: the signature names no hash of its own (Ed25519, RSA-PSS), and -PLUS cannot be
 * offered. `certificate` is PEM; its first certificate counts.
 */
export function tlsEndPoint(certificate: string | Buffer): Buffer | undefined {
  const der = new X509Certificate(certificate).raw;
  const outer = element(der, 0);
  const tbs = element(der, outer.start);
  const algorithm = element(der, tbs.end);
  const oid = element(der, algorithm.start);
  const hash = hashBySignature[der.toString('hex', oid.start, oid.end)];
  return hash === undefined ? undefined : createHash(hash).update(der).digest();
}

/** Where the content of the DER element at `offset` lies; the certificate was parsed before. */
function element(der: Buffer, offset: number): { readonly start: number; readonly end: number } {
  const first = der.readUInt8(offset + 1);
  if (first < 0x80) return { start: offset + 2, end: offset + 2 + first };
  const lengthBytes = first & 0x7f;
  const start = offset + 2 + lengthBytes;
  return { start, end: start + der.readUIntBE(offset + 2, lengthBytes) };
}
