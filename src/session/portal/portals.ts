/** The portals of a session: those that Bind made and the cursors that DECLARE made. */
import { SqlError } from '../../errors/sql-error.ts';
import type { CloseReason } from '../../trace/node-statistics.ts';
import type { Portal } from './portal.ts';
import { StoredRows } from './stored-rows.ts';

const portalsMax = 10_000;
const none: ReadonlySet<string> = new Set();

export class Portals {
  readonly #all = new Map<string, Portal>();
  /** Names of those that an error ended: known until its block is over or goes back. */
  #failed = none;

  has(name: string): boolean {
    return this.#all.has(name);
  }

  find(name: string): Portal | undefined {
    return this.#all.get(name);
  }

  /** Whether it ended with the transaction that has failed. */
  hasFailed(name: string): boolean {
    return this.#failed.has(name);
  }

  get all(): readonly Portal[] {
    return [...this.#all.values()];
  }

  /** Errors: 42P03. The unnamed portal may be taken again. */
  checkFree(name: string): void {
    if (name === '' || !this.#all.has(name)) return;
    throw new SqlError('duplicate_cursor', `cursor "${name}" already exists`);
  }

  /** Errors: 54000. */
  async add(portal: Portal): Promise<void> {
    await this.drop(portal.name);
    if (this.#all.size >= portalsMax) {
      const message = `a session has at most ${portalsMax} portals`;
      throw new SqlError('program_limit_exceeded', message);
    }
    this.#all.set(portal.name, portal);
  }

  async drop(name: string, reason: CloseReason = 'aborted'): Promise<void> {
    const portal = this.#all.get(name);
    this.#all.delete(name);
    await portal?.close(reason);
  }

  async dropAll(reason: CloseReason = 'aborted'): Promise<void> {
    for (const { name } of this.all) await this.drop(name, reason);
  }

  /** Portals that are younger end, except cursors that outlive their transaction. */
  async dropAfter(serial: number): Promise<void> {
    this.#failed = none;
    for (const { name } of this.#youngerThan(serial)) await this.drop(name);
  }

  /** The same, by an error inside a block. */
  async failAfter(serial: number): Promise<void> {
    const names = this.#youngerThan(serial).map(({ name }) => name);
    for (const name of names) await this.drop(name);
    this.#failed = new Set([...this.#failed, ...names]);
  }

  #youngerThan(serial: number): readonly Portal[] {
    return this.all.filter((portal) => !portal.isHeld && portal.serial > serial);
  }

  /** Before a commit: cursors WITH HOLD read what is left. Errors: the queries'; 53200. */
  async hold(bytesMax: number): Promise<void> {
    for (const portal of this.all) {
      if (portal.isHeld || portal.cursor?.holds !== true) continue;
      await portal.rows?.hold(new StoredRows(bytesMax));
      await portal.release();
      portal.isHeld = true;
    }
  }
}
