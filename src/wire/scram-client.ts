/** SCRAM-SHA-256, the client's side: RFC 5802, RFC 7677, without channel binding. */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { SqlError } from '../errors/sql-error.ts';

export const scramMechanism = 'SCRAM-SHA-256';

export class ScramClient {
  readonly #password: string;
  readonly #nonce = randomBytes(18).toString('base64');
  #serverSignature = Buffer.alloc(0);

  constructor(password: string) {
    this.#password = password.normalize('NFKC');
  }

  first(): string {
    return `n,,${this.#firstBare}`;
  }

  get #firstBare(): string {
    return `n=*,r=${this.#nonce}`;
  }

  /** The answer to server-first. Errors: 08P01 when it is not for us. */
  final(serverFirst: string): string {
    const fields = new Map(serverFirst.split(',').map((part) => [part[0], part.slice(2)]));
    const nonce = fields.get('r') ?? '';
    const iterations = Number(fields.get('i'));
    if (!nonce.startsWith(this.#nonce) || !(iterations > 0)) throw badServer();
    const salt = Buffer.from(fields.get('s') ?? '', 'base64');
    const salted = pbkdf2Sync(this.#password, salt, iterations, 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=biws,r=${nonce}`;
    const message = `${this.#firstBare},${serverFirst},${withoutProof}`;
    const signature = hmac(createHash('sha256').update(clientKey).digest(), message);
    const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
    this.#serverSignature = hmac(hmac(salted, 'Server Key'), message);
    return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`;
  }

  /** Errors: 08P01 when the server does not know the password. */
  verify(serverFinal: string): void {
    const given = Buffer.from(/^v=([^,]+)/.exec(serverFinal)?.[1] ?? '', 'base64');
    const wanted = this.#serverSignature;
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw badServer();
  }
}

function hmac(key: Uint8Array, text: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHmac('sha256', key).update(text).digest());
}

function badServer(): SqlError {
  return new SqlError('protocol_violation', 'the server did not prove that it knows the password');
}
