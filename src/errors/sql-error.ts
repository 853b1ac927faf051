/** The one error a user sees: PostgreSQL's SQLSTATE, words and fields. */
import { sqlStates, type SqlState, type SqlStateName } from './sql-state.ts';

export interface SqlErrorFields {
  readonly detail?: string;
  readonly hint?: string;
  /** 1-based character position in the statement's text. */
  readonly position?: number;
  /** A statement that ran within this one, and the position in its text. */
  readonly internalQuery?: string;
  readonly internalPosition?: number;
  readonly where?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly dataType?: string;
  readonly constraint?: string;
  /** PostgreSQL's function that reports it, where clients go by its name. */
  readonly routine?: string;
}

/**
 * `message` follows PostgreSQL: lower-case start, no full stop, double quotes around names;
 * `detail` and `hint` are sentences.
 */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly code: SqlState;
  fields: SqlErrorFields;

  constructor(state: SqlStateName, message: string, fields: SqlErrorFields = {}) {
    super(message);
    this.code = sqlStates[state];
    this.fields = fields;
  }

  /** For codes that a user's own RAISE makes up. */
  static withCode(code: string, message: string, fields: SqlErrorFields): SqlError {
    const error = new SqlError('raise_exception', message, fields);
    return Object.assign(error, { code: code as SqlState });
  }

  /** One that is kept may be thrown often; each time it is told where. */
  copy(): SqlError {
    return SqlError.withCode(this.code, this.message, this.fields);
  }

  /** Says it in the words of who reads it. */
  translate(words: (text: string) => string): void {
    const { detail, hint } = this.fields;
    this.message = words(this.message);
    this.fields = {
      ...this.fields,
      ...(detail === undefined ? {} : { detail: words(detail) }),
      ...(hint === undefined ? {} : { hint: words(hint) }),
    };
  }
}

/** 0A000 naming the feature that is not offered. */
export function unsupported(feature: string, fields: SqlErrorFields = {}): SqlError {
  return new SqlError('feature_not_supported', `${feature} is not supported`, fields);
}
