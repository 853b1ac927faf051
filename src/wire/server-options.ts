/** How a server listens, whom it lets in, and what a connection may cost. */
import type { SecureContext } from 'node:tls';

export type Authentication = 'trust' | 'scram-sha-256';

export interface ServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /**
   * `trust` lets loopback clients in without a password, unless their user has a verifier; others
   * are refused. With `scram-sha-256` a user without a verifier is an unknown user.
   */
  readonly authentication: Authentication | (() => Authentication);
  /** PEM texts. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly maxConnections?: number;
  /** From the first byte to a completed login. */
  readonly authenticationTimeoutMs?: number;
  /** Messages above this are refused with 54000. */
  readonly messageBytesMax?: number;
  /** A client that takes no byte of its answer for this long is cut off. */
  readonly stallTimeoutMs?: number;
  /** How long `close` lets running statements finish. */
  readonly shutdownGraceMs?: number;
  /** Our own bugs, which the client sees as XX000: for the log. */
  readonly onInternalError?: (error: Error) => void;
}

export interface TlsIdentity {
  readonly context: SecureContext;
  /** tls-server-end-point; undefined: SCRAM-SHA-256-PLUS is not offered. */
  readonly endPoint: Buffer | undefined;
}

/** The options with every default in place. */
export interface ConnectionOptions {
  readonly authentication: () => Authentication;
  readonly tls: TlsIdentity | undefined;
  readonly authenticationTimeoutMs: number;
  readonly messageBytesMax: number;
  readonly stallTimeoutMs: number;
  readonly onInternalError: (error: Error) => void;
}
