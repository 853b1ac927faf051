/**
 * What one network address may ask of a server before it has proved who it is.
 *
 *     cancel requests   a bucket of tokens: a flood of them is closed and looks nothing up
 *     wrong passwords   each further one is answered later; right ones never wait
 *
 * Addresses are forgotten, oldest first, beyond a cap; a forgotten one begins anew.
 */

const addressesMax = 10_000;
const cancelsPerSecond = 100;
const cancelBurst = 200;
/** Failures that are answered at once; they are forgiven one by one. */
const freeFailures = 5;
const forgivenPerSecond = 0.5;
const firstDelayMs = 50;
const longestDelayMs = 1_000;
/** Answers that wait for one address. Those beyond get none. */
const waitingMax = 256;

interface AddressRecord {
  cancelTokens: number;
  failures: number;
  waiting: number;
  seenMs: number;
}

export class AddressLimits {
  readonly #records = new Map<string, AddressRecord>();
  readonly #clockMs: () => number;

  constructor(clockMs: () => number = () => performance.now()) {
    this.#clockMs = clockMs;
  }

  /** Whether a cancel request of this address is looked at. */
  takeCancel(address: string): boolean {
    const record = this.#record(address);
    if (record.cancelTokens < 1) return false;
    record.cancelTokens -= 1;
    return true;
  }

  /** A wrong password: how long its answer waits; undefined: there is none. */
  beginDelay(address: string): number | undefined {
    const record = this.#record(address);
    record.failures += 1;
    if (record.waiting >= waitingMax) return undefined;
    record.waiting += 1;
    const beyond = Math.ceil(record.failures) - freeFailures;
    return beyond <= 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(beyond - 1, 10));
  }

  endDelay(address: string): void {
    this.#record(address).waiting -= 1;
  }

  #record(address: string): AddressRecord {
    const nowMs = this.#clockMs();
    const known = this.#records.get(address);
    if (known !== undefined) return refresh(known, nowMs);
    this.#forgetOldest();
    const record = { cancelTokens: cancelBurst, failures: 0, waiting: 0, seenMs: nowMs };
    this.#records.set(address, record);
    return record;
  }

  #forgetOldest(): void {
    if (this.#records.size < addressesMax) return;
    for (const [address, { waiting }] of this.#records) {
      if (waiting > 0) continue;
      this.#records.delete(address);
      return;
    }
  }
}

function refresh(record: AddressRecord, nowMs: number): AddressRecord {
  const seconds = (nowMs - record.seenMs) / 1000;
  record.seenMs = nowMs;
  record.cancelTokens = Math.min(cancelBurst, record.cancelTokens + seconds * cancelsPerSecond);
  record.failures = Math.max(0, record.failures - seconds * forgivenPerSecond);
  return record;
}
