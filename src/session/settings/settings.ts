/**
 * A session's settings: SET, SET LOCAL, RESET, SHOW, with PostgreSQL's transaction rules.
 *
 *     startup value ◀─RESET─ session value ◀─COMMIT/ROLLBACK─ values of the open transaction
 *
 * SET inside a transaction is undone when it rolls back; SET LOCAL when it ends either way.
 */
import { settingContext } from '../../catalog/system/setting-facts.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { settingList, type SettingDefinition } from './setting-list.ts';
import { normalizeSetting } from './setting-value.ts';

interface SavedValue {
  readonly name: string;
  readonly before: string | undefined;
  readonly local: boolean;
  /** What a commit restores after SET LOCAL: the session-level value at that time. */
  readonly depth: number;
}

/**
 * Who the session is within a function with its owner's rights. No statement can name it.
 */
export const effectiveUser = 'effective user';

const definitions = new Map(settingList.map((row) => [row.name.toLowerCase(), row]));

/** What a session has that nobody told otherwise. */
const initialValues: ReadonlyMap<string, string> = new Map(
  settingList.map(({ name, initial }) => [name, initial]),
);
const initialFacts = factsOf(initialValues);
const initialByPrefix = new Map<string, Readonly<Record<string, string>>>();

/** Prefixes are those of the code. */
function initialWithPrefix(prefix: string): Readonly<Record<string, string>> {
  const known = initialByPrefix.get(prefix);
  if (known !== undefined) return known;
  const named = [...initialValues].filter(([name]) => name.startsWith(prefix));
  const found = Object.fromEntries(named);
  initialByPrefix.set(prefix, found);
  return found;
}

/** Every setting as `setting.<lower-case name>`. */
function factsOf(values: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  const entries = [...values].map(([name, value]) => [`setting.${name.toLowerCase()}`, value]);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

export function findSetting(name: string): SettingDefinition | undefined {
  return definitions.get(name.toLowerCase());
}

/** 55P02 in the words of PostgreSQL's context of the setting. */
export function unchangeable(name: string): SqlError {
  const when = { postmaster: ' without restarting the server', sighup: ' now' };
  const words = when[settingContext(name) as keyof typeof when] ?? '';
  const message = `parameter "${name}" cannot be changed${words}`;
  return new SqlError('cant_change_runtime_param', message);
}

function unrecognized(name: string): SqlError {
  return new SqlError('undefined_object', `unrecognized configuration parameter "${name}"`);
}

/** Who said what a session's value is, in the words of pg_settings. */
export type SettingSource =
  'default' | 'global' | 'database' | 'user' | 'database user' | 'client' | 'session';

export interface SettingState {
  readonly definition: SettingDefinition;
  readonly value: string;
  readonly resetValue: string;
  readonly source: SettingSource;
}

type Derived = Map<(settings: Settings) => unknown, unknown>;

export class Settings {
  /** Values that are not the initial ones, or were not at some time. */
  readonly #own: Map<string, string>;
  readonly #ownReset: Map<string, string>;
  /** Of values that a session begins with. */
  readonly #sources = new Map<string, SettingSource>();
  /** Session values behind SET LOCAL and changes of the open transaction, oldest first. */
  readonly #undo: SavedValue[] = [];
  #depth = 0;
  #inTransaction = false;
  readonly #reported = new Map<string, string>();
  /** What follows from the values, made once per change. */
  #derived: Derived = new Map();

  /** `told`: what is known of this session from its start. */
  constructor(told: Readonly<Record<string, string>>) {
    this.#own = new Map(Object.entries(told));
    this.#ownReset = new Map(this.#own);
  }

  #value(name: string): string | undefined {
    return this.#own.get(name) ?? initialValues.get(name);
  }

  /** What the session begins with: its RESET value. Errors: 42704, 22023. */
  start(name: string, value: string, source: SettingSource = 'client'): void {
    const definition = this.#definitionToSet(name);
    const key = definition?.name ?? name;
    const normalized = this.#normalized(definition, value);
    this.#own.set(key, normalized);
    this.#changed();
    this.#ownReset.set(key, normalized);
    this.#sources.set(key, source);
  }

  /** Errors: 42704 for a name that is no setting. */
  get(name: string): string {
    const value = this.find(name);
    if (value === undefined) throw unrecognized(name);
    return value;
  }

  find(name: string): string | undefined {
    return this.#value(name) ?? this.#value(findSetting(name)?.name ?? name);
  }

  /**
   * What `make`, a function of the module, makes of the settings: kept until one changes. What
   * `setFixed` sets may be older in it.
   */
  derived<T>(make: (settings: Settings) => T): T {
    const known = this.#derived.get(make);
    if (known !== undefined) return known as T;
    const value = make(this);
    this.#derived.set(make, value);
    return value;
  }

  /** The new map stands for the values of now. */
  #changed(): void {
    this.#derived = new Map();
  }

  /** Another object after every change of a value. */
  get state(): unknown {
    return this.#derived;
  }

  /**
   * To be called where all values are those of that `state`: what follows from them is known again.
   * Functions with settings of their own go to and fro between two states for each row.
   */
  recall(state: unknown): void {
    this.#derived = state as Derived;
  }

  set(name: string, value: string, local: boolean): void {
    const definition = this.#definitionToSet(name);
    const key = definition?.name ?? name;
    this.#store(key, this.#normalized(definition, value), local);
  }

  #normalized(definition: SettingDefinition | undefined, value: string): string {
    if (definition === undefined) return value;
    return normalizeSetting(definition, value, this.#value(definition.name));
  }

  /** Sets what users change by statements of their own, with the transaction's rules. */
  setOwned(name: string, value: string, local: boolean): void {
    this.#store(name, value, local);
  }

  /** Sets what a user may not set: is_superuser, trace.last_trace_id. */
  setFixed(name: string, value: string): void {
    this.#own.set(name, value);
  }

  /** What a transaction begins with; it is not undone. */
  assume(name: string, value: string): void {
    if (this.#value(name) === value) return;
    this.#own.set(name, value);
    this.#changed();
  }

  reset(name: string, local = false): void {
    const definition = this.#definitionToSet(name);
    const key = definition?.name ?? name;
    const value = this.#ownReset.get(key) ?? initialValues.get(key) ?? '';
    this.#store(key, value, local);
  }

  resetAll(): void {
    for (const key of new Set([...initialValues.keys(), ...this.#own.keys()])) {
      if (findSetting(key)?.fixed) continue;
      if (key.startsWith('transaction_') || key === 'role' || key === 'seed') continue;
      if (key === effectiveUser) continue;
      this.reset(key);
    }
  }

  #definitionToSet(name: string): SettingDefinition | undefined {
    const definition = findSetting(name);
    if (definition === undefined) {
      if (!name.includes('.')) throw unrecognized(name);
      return undefined;
    }
    if (definition.fixed) throw unchangeable(definition.name);
    return definition;
  }

  #store(key: string, value: string, local: boolean): void {
    if (local && !this.#inTransaction) return;
    this.#save(key, local);
    this.#own.set(key, value);
    this.#changed();
  }

  #save(key: string, local: boolean): void {
    if (!this.#inTransaction) return;
    // Custom names stay known once they were set.
    const before = this.#value(key) ?? (key.includes('.') ? '' : undefined);
    this.#undo.push({ name: key, before, local, depth: this.#depth });
  }

  beginTransaction(): void {
    this.#inTransaction = true;
    this.#depth = 0;
    this.#undo.length = 0;
  }

  /** Number that `rollbackTo` takes back to: a savepoint. */
  mark(): number {
    return this.#undo.length;
  }

  rollbackTo(mark: number): void {
    while (this.#undo.length > mark) this.#restore(this.#undo.pop() as SavedValue);
  }

  /**
   * What was set locally since the mark, or the one name of it, is as it was then; what was set
   * otherwise stays, unless the transaction rolls back: the end of a function with settings of its own.
   */
  leave(mark: number, only?: string): void {
    const all = this.#undo.splice(mark);
    const since = all.filter(({ name }) => only === undefined || name === only);
    this.#undo.push(...all.filter((saved) => !since.includes(saved)));
    this.#undoLocals(since);
    const firsts = new Map<string, SavedValue>();
    for (const saved of since) if (!firsts.has(saved.name)) firsts.set(saved.name, saved);
    for (const [name, first] of firsts) {
      const isKept = since.some((saved) => saved.name === name && !saved.local);
      if (isKept) this.#undo.push({ ...first, local: false });
    }
  }

  endTransaction(committed: boolean): void {
    this.#inTransaction = false;
    if (!committed) this.rollbackTo(0);
    else this.#undoLocals(this.#undo);
    this.#undo.length = 0;
  }

  /** After a commit, a name set locally goes back to its last value that was not local. */
  #undoLocals(undo: readonly SavedValue[]): void {
    const keep = new Map<string, string | undefined>();
    const locals = new Set<string>();
    for (const saved of undo) {
      if (saved.local) {
        if (!locals.has(saved.name)) keep.set(saved.name, saved.before);
        locals.add(saved.name);
      } else if (locals.delete(saved.name)) keep.delete(saved.name);
    }
    for (const name of locals) this.#put(name, keep.get(name));
  }

  #restore(saved: SavedValue): void {
    this.#put(saved.name, saved.before);
  }

  #put(name: string, value: string | undefined): void {
    if (value === undefined) this.#own.delete(name);
    else this.#own.set(name, value);
    this.#changed();
  }

  /** All listed settings, by name. */
  all(): readonly (readonly [SettingDefinition, string])[] {
    return settingList.map((definition) => [definition, this.#value(definition.name) ?? '']);
  }

  /** As all, with what RESET would make of it. */
  states(): readonly SettingState[] {
    return this.all().map(([definition, value]) => {
      const { name, initial, fixed } = definition;
      const resetValue = this.#ownReset.get(name) ?? initial;
      const first = fixed === true ? 'default' : (this.#sources.get(name) ?? 'default');
      const isFirst = fixed === true || value === resetValue;
      return { definition, value, resetValue, source: isFirst ? first : 'session' };
    });
  }

  /** Every setting as `setting.<lower-case name>`; the initial values are those of the prototype. */
  facts(): Readonly<Record<string, string>> {
    return Object.assign(Object.create(initialFacts) as object, factsOf(this.#own));
  }

  /** Names and values that begin with the prefix, e.g. `trace.`. */
  withPrefix(prefix: string): Readonly<Record<string, string>> {
    const found: Record<string, string> = { ...initialWithPrefix(prefix) };
    for (const [name, value] of this.#own) if (name.startsWith(prefix)) found[name] = value;
    return found;
  }

  /** The ParameterStatus set; remembers what was told. */
  reportAll(): (readonly [string, string])[] {
    const list: (readonly [string, string])[] = [];
    for (const { name, reported } of settingList) {
      if (!reported) continue;
      const value = this.#value(name) ?? '';
      this.#reported.set(name, value);
      list.push([name, value]);
    }
    return list;
  }

  /** Reported settings whose value differs from what was told last. */
  takeChanges(): (readonly [string, string])[] {
    const list: (readonly [string, string])[] = [];
    for (const [name, told] of this.#reported) {
      const value = this.#value(name) ?? '';
      if (value === told) continue;
      this.#reported.set(name, value);
      list.push([name, value]);
    }
    return list;
  }

  /** Tells one name that is not of the fixed set: trace_id with trace.echo. */
  tell(name: string, value: string): void {
    this.#reported.set(name, '\u0000');
    this.#own.set(name, value);
  }
}
