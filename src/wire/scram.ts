/**
 * SCRAM-SHA-256, the server's side: RFC 5802, RFC 7677, with PostgreSQL's texts and order.
 *
 *     client-first    n,,n=,r=<client nonce>           (y,, or p=tls-server-end-point,, over TLS)
 *     server-first    r=<client nonce + ours>,s=<salt>,i=<iterations>
 *     client-final    c=<binding>,r=<nonce>,p=<proof>
 *     server-final    v=<signature>
 *
 * The server holds only a verifier, `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`,
 * so a login costs a few hashes. An unknown user walks through the same steps with a verifier
 * that no password fits, and a salt that stays the same for that name. Messages come and go as
 * latin1 text, so that every byte of them is kept.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { SqlError, type SqlErrorFields } from '../errors/sql-error.ts';
import { parseVerifier, type Verifier } from '../session/roles/scram-verifier.ts';

const nonceBytes = 18;

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-256-PLUS';

export interface ScramStart {
  readonly verifierText: string | undefined;
  readonly user: string;
  readonly mechanism: ScramMechanism;
  /** tls-server-end-point data; undefined: -PLUS was not offered. */
  readonly endPoint: Buffer | undefined;
}

export class ScramExchange {
  readonly #start: ScramStart;
  readonly #verifier: Verifier;
  readonly #known: boolean;
  #gs2Header = '';
  #nonce = '';
  #clientFirstBare = '';
  #serverFirst = '';

  constructor(start: ScramStart) {
    this.#start = start;
    this.#known = start.verifierText !== undefined;
    this.#verifier =
      start.verifierText === undefined
        ? mockVerifier(start.user)
        : parseVerifier(start.verifierText);
  }

  /** client-first in, server-first out. Errors: 08P01, 0A000, 28000. */
  begin(clientFirst: string): string {
    const parts = /^([ny]|p=([^,]*)),(a=[^,]*)?,(.*)$/s.exec(clientFirst);
    if (parts === null) throw malformed('The message does not begin with a channel binding flag.');
    const [, flag = '', bindingType, authorization, bare = ''] = parts;
    this.#checkBinding(flag, bindingType);
    if (authorization !== undefined) {
      throw new SqlError(
        'feature_not_supported',
        'client uses authorization identity, but it is not supported',
      );
    }
    if (bare.startsWith('m=')) {
      throw new SqlError('feature_not_supported', 'client requires an unsupported SCRAM extension');
    }
    const clientNonce = /^n=[^,]*,r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?$/s.exec(bare)?.[1];
    if (clientNonce === undefined) throw malformed('The user name or the nonce is missing.');
    this.#gs2Header = clientFirst.slice(0, clientFirst.length - bare.length);
    this.#clientFirstBare = bare;
    this.#nonce = clientNonce + randomBytes(nonceBytes).toString('base64');
    const { salt, iterations } = this.#verifier;
    this.#serverFirst = `r=${this.#nonce},s=${salt.toString('base64')},i=${iterations}`;
    return this.#serverFirst;
  }

  /** client-final in; server-final out, or undefined: wrong password. Errors: 08P01, 28000. */
  finish(clientFinal: string): string | undefined {
    const parts = /^c=([^,]*),r=([^,]*),(?:.*,)?p=([^,]*)$/s.exec(clientFinal);
    if (parts === null) throw malformed('The binding, the nonce or the proof is missing.');
    const [, binding = '', nonce = '', proofText = ''] = parts;
    if (binding !== this.#expectedBinding()) throw this.#wrongBinding();
    if (nonce !== this.#nonce) {
      throw new SqlError('protocol_violation', 'invalid SCRAM response', {
        detail: 'Nonce does not match.',
      });
    }
    const proof = Buffer.from(proofText, 'base64');
    if (proof.length !== 32 || proof.toString('base64') !== proofText) {
      throw malformed('Malformed proof in client-final-message.');
    }
    const withoutProof = clientFinal.slice(0, clientFinal.lastIndexOf(',p='));
    const transcript = `${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`;
    if (!this.#proves(proof, transcript)) return undefined;
    const signature = sign(this.#verifier.serverKey, transcript);
    return `v=${signature.toString('base64')}`;
  }

  #proves(proof: Buffer, transcript: string): boolean {
    const signature = sign(this.#verifier.storedKey, transcript);
    const clientKey = Buffer.from(proof.map((byte, index) => byte ^ (signature[index] ?? 0)));
    const storedKey = createHash('sha256').update(clientKey).digest();
    return timingSafeEqual(storedKey, this.#verifier.storedKey) && this.#known;
  }

  #checkBinding(flag: string, bindingType: string | undefined): void {
    const { mechanism, endPoint } = this.#start;
    if (bindingType === undefined) {
      if (mechanism === 'SCRAM-SHA-256-PLUS') {
        throw malformed(
          'The client selected SCRAM-SHA-256-PLUS, ' +
            'but the SCRAM message does not include channel binding data.',
        );
      }
      if (flag === 'y' && endPoint !== undefined) throw downgraded();
      return;
    }
    if (mechanism !== 'SCRAM-SHA-256-PLUS') {
      throw malformed(
        'The client selected SCRAM-SHA-256 without channel binding, ' +
          'but the SCRAM message includes channel binding data.',
      );
    }
    if (bindingType !== 'tls-server-end-point') {
      throw new SqlError(
        'protocol_violation',
        `unsupported SCRAM channel-binding type "${printable(bindingType)}"`,
      );
    }
  }

  #expectedBinding(): string {
    const header = Buffer.from(this.#gs2Header, 'latin1');
    const { mechanism, endPoint } = this.#start;
    if (mechanism !== 'SCRAM-SHA-256-PLUS' || endPoint === undefined) {
      return header.toString('base64');
    }
    return Buffer.concat([header, endPoint]).toString('base64');
  }

  #wrongBinding(): SqlError {
    if (this.#start.mechanism === 'SCRAM-SHA-256-PLUS') {
      return new SqlError(
        'invalid_authorization_specification',
        'SCRAM channel binding check failed',
      );
    }
    return new SqlError(
      'protocol_violation',
      'unexpected SCRAM channel-binding attribute in client-final-message',
    );
  }
}

function sign(key: Buffer, transcript: string): Buffer {
  return createHmac('sha256', key).update(transcript, 'latin1').digest();
}

function downgraded(): SqlError {
  return new SqlError(
    'invalid_authorization_specification',
    'SCRAM channel binding negotiation error',
    {
      detail:
        'The client supports SCRAM channel binding but thinks the server does not.  ' +
        'However, this server does support channel binding.',
    },
  );
}

function malformed(detail: string): SqlError {
  const fields: SqlErrorFields = { detail };
  return new SqlError('protocol_violation', 'malformed SCRAM message', fields);
}

function printable(text: string): string {
  return text.slice(0, 64).replaceAll(/[^\x21-\x7e]/g, '?');
}

/** One secret for the life of the process, so that an unknown name always shows the same salt. */
const mockSecret = randomBytes(32);

function mockVerifier(user: string): Verifier {
  const salt = createHmac('sha256', mockSecret).update(user).digest().subarray(0, 16);
  return { iterations: 4096, salt, storedKey: mockSecret, serverKey: mockSecret };
}
