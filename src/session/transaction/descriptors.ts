/**
 * Descriptors of large objects: each belongs to a transaction, and ends with it, or with the
 * savepoint after which it was opened (PostgreSQL's be-fsstubs.c).
 */
import { SqlError } from '../../errors/sql-error.ts';

export interface OpenObject {
  readonly oid: number;
  readonly writes: boolean;
  /** Where it is read and written next: bytes. */
  offset: number;
  /** Lets go of what it sees. */
  readonly release: () => void;
}

interface Opened extends OpenObject {
  /** How many were opened before. */
  readonly serial: number;
}

/** Descriptors of one transaction. */
const descriptorsMax = 100_000;

export class Descriptors {
  #open: (Opened | undefined)[] = [];
  #serial = 0;

  /** The smallest number that is free. Errors: 54000. */
  add(object: OpenObject): number {
    const free = this.#open.indexOf(undefined);
    const descriptor = free < 0 ? this.#open.length : free;
    if (descriptor >= descriptorsMax) {
      object.release();
      const message = 'too many open large objects';
      throw new SqlError('program_limit_exceeded', message);
    }
    this.#open[descriptor] = Object.assign(object, { serial: this.#serial++ });
    return descriptor;
  }

  /** Errors: 42704. */
  find(descriptor: number): OpenObject {
    const object = this.#open[descriptor];
    if (object !== undefined) return object;
    throw new SqlError('undefined_object', `invalid large-object descriptor: ${descriptor}`);
  }

  /** Errors: 42704. */
  close(descriptor: number): void {
    this.find(descriptor).release();
    this.#open[descriptor] = undefined;
  }

  /** All of a large object that is no more. */
  closeOf(oid: number): void {
    this.#closeWhere((object) => object.oid === oid);
  }

  mark(): number {
    return this.#serial;
  }

  rollbackTo(mark: number): void {
    this.#closeWhere(({ serial }) => serial >= mark);
  }

  closeAll(): void {
    if (this.#open.length === 0) return;
    this.#closeWhere(() => true);
    this.#open = [];
  }

  #closeWhere(isMeant: (object: Opened) => boolean): void {
    for (const [descriptor, object] of this.#open.entries()) {
      if (object === undefined || !isMeant(object)) continue;
      object.release();
      this.#open[descriptor] = undefined;
    }
  }
}
