/** PL/pgSQL as a tree: what parsing a block or the body of a function gives. */

/** What names mean at a place of the text, innermost first. */
export type PlNames = PlNamedVariable | PlLabel | undefined;

export interface PlNamedVariable {
  readonly kind: 'variable';
  readonly name: string;
  readonly variable: PlVariable;
  readonly outer: PlNames;
}

/** The begin of a block or loop: names before it are of that block. */
export interface PlLabel {
  readonly kind: 'label';
  readonly name: string | undefined;
  readonly of: 'block' | 'loop';
  readonly outer: PlNames;
}

/** A text of SQL, an expression or a statement, in the source. */
export interface PlText {
  readonly text: string;
  /** Where it begins in the source. */
  readonly offset: number;
  readonly names: PlNames;
}

export type PlTypeName =
  | { readonly kind: 'named'; readonly text: string; readonly offset?: number }
  | { readonly kind: 'record' }
  /** `name%TYPE`: of a variable, or of a column. */
  | {
      readonly kind: 'typeOf';
      readonly path: readonly string[];
      readonly variable: PlVariable | undefined;
      readonly isArray: boolean;
    }
  /** `table%ROWTYPE` */
  | { readonly kind: 'rowOf'; readonly path: readonly string[] }
  /** Of the value that it is given: CASE. */
  | { readonly kind: 'open' };

export interface PlVariable {
  /** Its place among the variables of the function. */
  readonly slot: number;
  readonly name: string;
  readonly line: number;
  readonly type: PlTypeName;
  readonly isConstant: boolean;
  readonly isNotNull: boolean;
  readonly initial: PlText | undefined;
  readonly cursor: PlCursor | undefined;
}

/** CURSOR [(arguments)] FOR query. */
export interface PlCursor {
  readonly scroll: boolean | undefined;
  readonly args: readonly PlVariable[];
  readonly query: PlText;
}

/** What is assigned to: a variable, a field of a record, an element of an array. */
export interface PlTarget {
  readonly variable: PlVariable;
  /** As it is written. */
  readonly written: string;
  readonly path: readonly PlTargetStep[];
}

export type PlTargetStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'element'; readonly index: PlText }
  | { readonly kind: 'slice'; readonly from: PlText; readonly to: PlText };

export interface PlInto {
  readonly targets: readonly PlTarget[];
  readonly isStrict: boolean;
}

/** Where rows come from. */
export type PlQuery =
  | { readonly kind: 'query'; readonly query: PlText }
  | { readonly kind: 'execute'; readonly text: PlText; readonly using: readonly PlText[] };

export interface PlBranch {
  readonly condition: PlText;
  readonly body: PlBody;
}

export type PlBody = readonly PlStatement[];

export interface PlBlock {
  readonly kind: 'block';
  readonly line: number;
  readonly label: string | undefined;
  readonly variables: readonly PlVariable[];
  readonly body: PlBody;
  readonly handlers: readonly PlHandler[];
  /** Of SQLSTATE and SQLERRM, where there are handlers. */
  readonly caught: { readonly sqlstate: PlVariable; readonly sqlerrm: PlVariable } | undefined;
}

export interface PlHandler {
  /** Names of conditions, or codes. */
  readonly conditions: readonly string[];
  readonly body: PlBody;
}

export interface PlLoopBody {
  readonly label: string | undefined;
  readonly body: PlBody;
}

export type PlRaiseLevel = 'EXCEPTION' | 'WARNING' | 'NOTICE' | 'INFO' | 'LOG' | 'DEBUG';

export interface PlRaise {
  readonly kind: 'raise';
  readonly line: number;
  readonly level: PlRaiseLevel;
  /** With `%` for each parameter. */
  readonly message: string | undefined;
  readonly parameters: readonly PlText[];
  /** The name of a condition, or a code. */
  readonly condition: string | undefined;
  /** USING, in the order given. */
  readonly options: readonly PlRaiseOption[];
}

export interface PlRaiseOption {
  readonly name: PlRaiseOptionName;
  readonly value: PlText;
}

export const raiseOptionNames = [
  ...(['ERRCODE', 'MESSAGE', 'DETAIL', 'HINT', 'COLUMN', 'CONSTRAINT'] as const),
  ...(['DATATYPE', 'TABLE', 'SCHEMA'] as const),
] as const;

export type PlRaiseOptionName = (typeof raiseOptionNames)[number];

export interface PlDiagnostic {
  readonly target: PlTarget;
  readonly item: PlDiagnosticItem;
}

export const diagnosticItems = {
  current: ['ROW_COUNT', 'PG_CONTEXT'],
  stacked: [
    ...['RETURNED_SQLSTATE', 'MESSAGE_TEXT', 'PG_EXCEPTION_DETAIL', 'PG_EXCEPTION_HINT'],
    ...['PG_EXCEPTION_CONTEXT', 'COLUMN_NAME', 'CONSTRAINT_NAME', 'PG_DATATYPE_NAME'],
    ...['TABLE_NAME', 'SCHEMA_NAME'],
  ],
} as const;

/** One of `diagnosticItems`. */
export type PlDiagnosticItem = string;

export interface PlFetchDirection {
  /** Keys of a FETCH statement's tree. */
  readonly direction: 'forward' | 'backward' | 'absolute' | 'relative';
  /** undefined: one. */
  readonly count: PlText | 'all' | number;
}

export type PlStatement = { readonly line: number } & (
  | PlBlock
  | PlRaise
  | {
      readonly kind: 'assign';
      readonly target: PlTarget;
      readonly value: PlText;
      /** With the target. */
      readonly whole: PlText;
    }
  | {
      readonly kind: 'if';
      readonly branches: readonly PlBranch[];
      readonly otherwise: PlBody;
    }
  | {
      readonly kind: 'case';
      /** What is compared, and the variable that holds it. */
      readonly subject: { readonly value: PlText; readonly variable: PlVariable } | undefined;
      readonly branches: readonly PlBranch[];
      readonly otherwise: PlBody | undefined;
    }
  | (PlLoopBody & { readonly kind: 'loop' })
  | (PlLoopBody & { readonly kind: 'while'; readonly condition: PlText })
  | (PlLoopBody & {
      readonly kind: 'forInteger';
      readonly variable: PlVariable;
      readonly isReverse: boolean;
      readonly from: PlText;
      readonly to: PlText;
      readonly by: PlText | undefined;
    })
  | (PlLoopBody & {
      readonly kind: 'forRows';
      readonly targets: readonly PlTarget[];
      readonly rows: PlQuery;
    })
  | (PlLoopBody & {
      readonly kind: 'forCursor';
      readonly target: PlVariable;
      readonly cursor: PlVariable;
      readonly args: readonly PlText[];
    })
  | (PlLoopBody & {
      readonly kind: 'foreach';
      readonly targets: readonly PlTarget[];
      readonly slice: number;
      readonly array: PlText;
    })
  | {
      readonly kind: 'exit' | 'continue';
      readonly label: string | undefined;
      readonly when: PlText | undefined;
    }
  | { readonly kind: 'return'; readonly value: PlText | undefined }
  | { readonly kind: 'returnNext'; readonly value: PlText | undefined }
  | { readonly kind: 'returnQuery'; readonly rows: PlQuery }
  | { readonly kind: 'assert'; readonly condition: PlText; readonly message: PlText | undefined }
  | { readonly kind: 'sql'; readonly statement: PlText; readonly into: PlInto | undefined }
  | { readonly kind: 'call'; readonly statement: PlText }
  | { readonly kind: 'perform'; readonly query: PlText }
  | {
      readonly kind: 'execute';
      readonly text: PlText;
      readonly into: PlInto | undefined;
      readonly using: readonly PlText[];
    }
  | {
      readonly kind: 'diagnostics';
      readonly isStacked: boolean;
      readonly items: readonly PlDiagnostic[];
    }
  | {
      readonly kind: 'open';
      readonly cursor: PlVariable;
      readonly scroll: boolean | undefined;
      /** undefined: the cursor's own query, with these arguments. */
      readonly rows: PlQuery | undefined;
      readonly args: readonly PlText[];
    }
  | {
      readonly kind: 'fetch';
      readonly cursor: PlVariable;
      readonly direction: PlFetchDirection;
      readonly into: readonly PlTarget[];
    }
  | { readonly kind: 'move'; readonly cursor: PlVariable; readonly direction: PlFetchDirection }
  | { readonly kind: 'close'; readonly cursor: PlVariable }
  | { readonly kind: 'commit' | 'rollback'; readonly chains: boolean }
  | { readonly kind: 'null' }
);

/** How a name that is both a variable's and a column's is read. */
export type PlConflict = 'error' | 'variable' | 'column';

export interface PlFunction {
  readonly source: string;
  /** By slot. */
  readonly variables: readonly PlVariable[];
  /** Those of the call, in its order. */
  readonly parameters: readonly PlVariable[];
  readonly found: PlVariable;
  readonly conflict: PlConflict;
  readonly body: PlBlock;
}

/** What a function gives back, as RETURN is checked by it. */
export interface PlReturns {
  readonly kind: 'void' | 'procedure' | 'outs' | 'value' | 'trigger';
  readonly isSet: boolean;
}

export interface PlParameter {
  readonly name: string | undefined;
  readonly type: PlTypeName;
}

export interface PlHead {
  readonly name: string;
  readonly returns: PlReturns;
  /** In their order; known as $1 and so on, too. */
  readonly parameters: readonly PlParameter[];
}
