/**
 * One client's byte stream: frames in, messages out, plain or TLS.
 *
 * Reading pauses while 64 KiB wait that nobody has taken, so a flood stays in the kernel's
 * buffers. The end of the stream is not the end of the connection: a client may half-close and
 * still read its answer.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket, type SecureContext } from 'node:tls';
import { LoopTurns } from '../exec/loop-turns.ts';
import { clockNs } from '../trace/node-statistics.ts';
import { FrameDecoder } from './codec.ts';
import { Outbox } from './outbox.ts';

const backlogBytes = 64 * 1024;
/** Time for the client to read a last message before the socket is destroyed. */
const lingerMs = 1_000;

export interface ChannelLimits {
  readonly messageBytesMax: number;
  readonly stallTimeoutMs: number;
}

export interface ChannelListener {
  /** The client sends no more. */
  ended(): void;
  /** Nothing can be sent to the client any more. */
  gone(): void;
}

export class Channel {
  readonly frames: FrameDecoder;
  readonly outbox: Outbox;
  /** The client broke off in the middle of COPY: no message can be trusted any more. */
  outOfStep = false;
  readonly #socket: Socket;
  readonly turns = new LoopTurns();
  #stream: Duplex;
  #listener: ChannelListener | undefined;
  #ended = false;
  #gone = false;
  #interrupted = false;
  #paused = false;
  #wake: (() => void) | undefined;
  #linger: NodeJS.Timeout | undefined;

  constructor(socket: Socket, limits: ChannelLimits) {
    this.#socket = socket;
    this.#stream = socket;
    this.frames = new FrameDecoder(limits.messageBytesMax);
    this.outbox = new Outbox(socket, limits.stallTimeoutMs, () => this.frames.buffered > 0);
    this.#attach(socket);
    socket.on('error', ignoreError);
    socket.on('close', this.#onClose);
  }

  get gone(): boolean {
    return this.#gone;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get secure(): boolean {
    return this.#stream !== this.#socket;
  }

  /** Addresses and ports; 0 and empty on a socket that is closed. */
  get ends(): {
    readonly clientAddress: string;
    readonly clientPort: number;
    readonly serverAddress: string;
    readonly serverPort: number;
  } {
    const { remotePort: clientPort = 0, localAddress = '', localPort = 0 } = this.#socket;
    const { clientAddress } = this;
    return { clientAddress, clientPort, serverAddress: localAddress, serverPort: localPort };
  }

  get clientAddress(): string {
    return this.#socket.remoteAddress ?? '';
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener;
  }

  /** What `take` finds, waiting for bytes; undefined: the client or the server ends it. */
  async next<T>(take: () => T | undefined): Promise<T | undefined> {
    for (;;) {
      if (this.#interrupted) return undefined;
      const found = take();
      if (found !== undefined) {
        const turn = this.turns.begin();
        if (turn !== undefined) await turn;
        return found;
      }
      if (this.#ended) return undefined;
      this.turns.rest();
      await this.#arrival();
      this.turns.comeBack();
    }
  }

  /** Makes `next` give up, now and from now on. */
  interrupt(): void {
    this.#interrupted = true;
    this.#wake?.();
  }

  /** Puts TLS over the socket; false when the handshake fails. */
  async secureWith(context: SecureContext): Promise<boolean> {
    this.#detach();
    const unread = this.frames.takeAll();
    if (unread.length > 0) this.#socket.unshift(unread);
    const stream = new TLSSocket(this.#socket, {
      isServer: true,
      secureContext: context,
      ALPNProtocols: ['postgresql'],
    });
    stream.on('error', ignoreError);
    stream.on('close', this.#onClose);
    this.#stream = stream;
    const secured = await new Promise<boolean>((resolve) => {
      stream.once('secure', () => resolve(true));
      stream.once('close', () => resolve(false));
    });
    if (!secured) return false;
    this.outbox.attach(stream);
    this.#attach(stream);
    return true;
  }

  /** The protocol that the client and we agreed on in the TLS handshake. */
  get alpnProtocol(): string | false {
    return this.#stream instanceof TLSSocket ? (this.#stream.alpnProtocol ?? false) : false;
  }

  /** Sends what is waiting and closes; a client that does not follow is cut off. */
  end(): void {
    this.interrupt();
    this.outbox.flush();
    if (this.#gone) return;
    this.#stream.removeListener('data', this.#onData);
    this.#stream.resume();
    this.#stream.end();
    this.#linger = setTimeout(() => this.destroy(), lingerMs).unref();
  }

  destroy(): void {
    this.#stream.destroy();
    this.#socket.destroy();
  }

  #attach(stream: Duplex): void {
    stream.on('data', this.#onData);
    stream.on('end', this.#onEnd);
  }

  #detach(): void {
    this.#stream.pause();
    this.#stream.removeListener('data', this.#onData);
    this.#stream.removeListener('end', this.#onEnd);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.frames.push(chunk, clockNs());
    if (this.frames.buffered >= Math.max(backlogBytes, this.frames.wanted)) {
      this.#paused = true;
      this.#stream.pause();
    }
    this.#wake?.();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#wake?.();
    this.#listener?.ended();
  };

  readonly #onClose = (): void => {
    clearTimeout(this.#linger);
    if (this.#gone) return;
    this.#gone = true;
    this.#ended = true;
    this.outbox.lose();
    this.interrupt();
    this.#listener?.gone();
  };

  #arrival(): Promise<void> {
    if (this.#paused) {
      this.#paused = false;
      this.#stream.resume();
    }
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

/** A socket's 'error' is followed by its 'close', which is listened to. */
function ignoreError(): void {}
