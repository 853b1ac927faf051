/** A parsed block or function with the types of its variables, and plans of what stands in it. */
import type { PreparedExprs } from '../../expr/evaluate.ts';
import { parseSql } from '../../sql/parse.ts';
import type { PlaceOf } from '../../sql/plpgsql/reader.ts';
import type { PlFunction, PlTarget, PlText } from '../../sql/plpgsql/tree.ts';
import { prepare } from '../../expr/compile.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { Prepared } from '../statement/prepared.ts';
import type { SqlSession } from '../sql-session.ts';
import { plainExpressions } from './evaluator.ts';
import type { Frame, VariableType } from './frame.ts';
import { UsedVariables } from './used-variables.ts';
import { variableTypes } from './variable-types.ts';

export class Compiled {
  readonly tree: PlFunction;
  /** As contexts of errors name it: `inline_code_block`, `f(integer)`. */
  readonly signature: string;
  readonly types: readonly VariableType[];
  readonly #texts = new Map<PlText, KeptText>();
  readonly #changes = new Map<PlTarget, Change>();

  /** Errors: those of the variables' types. */
  constructor(session: SqlSession, tree: PlFunction, names: PlFunctionNames) {
    this.tree = tree;
    this.signature = names.signature;
    this.types = variableTypes(session, tree.variables, names);
  }

  /** What sets a part of the target's value, as long as all is of the same types. */
  change(target: PlTarget, types: readonly SqlType[], make: () => PreparedExprs): PreparedExprs {
    const known = this.#changes.get(target);
    const isSame = known?.types.every(({ name }, i) => name === types[i]?.name) === true;
    if (known !== undefined && isSame) return known.prepared;
    const prepared = make();
    this.#changes.set(target, { types, prepared });
    return prepared;
  }

  text(text: PlText, prefix = ''): KeptText {
    let kept = this.#texts.get(text);
    if (kept === undefined) {
      kept = new KeptText(text, prefix, this.tree.conflict);
      this.#texts.set(text, kept);
    }
    return kept;
  }
}

interface Change {
  readonly types: readonly SqlType[];
  readonly prepared: PreparedExprs;
}

export interface PlFunctionNames {
  readonly name: string;
  readonly signature: string;
  readonly placeOf: PlaceOf;
  /** Types of the first variables, the parameters. */
  readonly given?: readonly VariableType[];
}

/** A statement, and its plan as long as it holds. */
export class KeptText {
  readonly text: PlText;
  readonly sql: string;
  readonly prepared: Prepared;
  used: UsedVariables | undefined;
  /** The type that its value is assigned to. */
  assigned: SqlType | undefined;
  #frame: Frame | undefined;
  #plain: { readonly of: unknown; readonly prepared: PreparedExprs | undefined } | undefined;

  /** `prefix` makes a statement of an expression. Errors: 42601. */
  constructor(text: PlText, prefix: string, conflict: PlFunction['conflict']) {
    this.text = text;
    this.sql = `${prefix}${text.text}`;
    this.prepared = new Prepared('', this.sql, parseSql(this.sql)[0], [], 'fixed');
    this.prepared.variables = () => {
      const { names } = this.text;
      if (this.#frame === undefined) return undefined;
      this.used = new UsedVariables(names, this.#frame, {
        conflict,
        assigned: this.assigned,
      });
      return this.used;
    };
  }

  /** Before it is planned or run: for the variables of this frame. */
  enter(frame: Frame): void {
    this.#frame = frame;
    // A plan has the rows of transition tables.
    const isOld = frame.relations !== undefined || this.used?.fits(frame) === false;
    if (isOld) this.prepared.forget();
  }

  /** The expressions of a row that needs no query; undefined: it needs one. */
  plain(session: SqlSession): PreparedExprs | undefined {
    const planned = this.prepared.plan(session);
    if (this.#plain?.of !== planned) {
      const exprs = plainExpressions(planned);
      this.#plain = { of: planned, prepared: exprs && prepare(exprs) };
    }
    return this.#plain.prepared;
  }
}
