/**
 * The caller's trace context: W3C traceparent, from a comment in the statement or from settings.
 *
 *     comment  ▸  SET LOCAL, SET or startup option trace.traceparent  ▸  BEGIN's  ▸  none
 *
 * A comment is sqlcommenter's: `k='v',…` with URL-encoded values, in the first or last block
 * comment. See https://www.w3.org/TR/trace-context/ and https://google.github.io/sqlcommenter/spec/.
 */
import { commentsOf } from '../sql/fingerprint.ts';
import { percentDecoded } from './percent-decoding.ts';

export interface CallerContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  readonly traceState: string;
}

export interface CommentContext {
  readonly caller: CallerContext | undefined;
  /** A traceparent was given and is none. */
  readonly isInvalid: boolean;
  /** `trace='force'`. */
  readonly force: boolean;
}

const noComment: CommentContext = { caller: undefined, isInvalid: false, force: false };
const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Undefined when the text is no traceparent. A version above 00 is read by its known prefix. */
export function parseTraceparent(text: string, traceState = ''): CallerContext | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, version = '', traceId = '', spanId = '', flags = '', rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId, sampled, traceState: cleanTraceState(traceState) };
}

const traceStateMax = 512;

/** Printable ASCII only, and not too much of it; else it is left out. */
function cleanTraceState(text: string): string {
  return text.length <= traceStateMax && /^[\x20-\x7e]*$/.test(text) ? text : '';
}

export function contextOfComments(sql: string): CommentContext {
  if (!sql.includes('/*') || !/trace/i.test(sql)) return noComment;
  const comments = commentsOf(sql);
  const [first] = comments;
  const last = comments.at(-1);
  for (const comment of new Set([first, last])) {
    const found = comment === undefined ? noComment : readComment(comment);
    if (found.caller !== undefined || found.isInvalid || found.force) return found;
  }
  return noComment;
}

function readComment(comment: string): CommentContext {
  const traceparent = valueOf(comment, 'traceparent');
  const force = valueOf(comment, 'trace') === 'force';
  if (traceparent === undefined) return { caller: undefined, isInvalid: false, force };
  const caller = parseTraceparent(traceparent, valueOf(comment, 'tracestate') ?? '');
  return { caller, isInvalid: caller === undefined, force };
}

function valueOf(comment: string, key: string): string | undefined {
  const value = `'((?:[^'\\\\]|\\\\.)*)'|"([^"]*)"|([^\\s,'"]*)`;
  const match = new RegExp(`(?:^|[\\s,;])${key}\\s*[=:]\\s*(?:${value})`).exec(comment);
  if (match === null) return undefined;
  return percentDecoded((match[1] ?? match[2] ?? match[3] ?? '').trim());
}

/** Settings that carry a context; pg_tracing's name is an alias. */
export function contextOfSettings(
  settings: Readonly<Record<string, string>>,
): CallerContext | undefined {
  const own = settings['trace.traceparent'] ?? '';
  if (own !== '') return parseTraceparent(own, settings['trace.tracestate'] ?? '');
  const alias = settings['pg_tracing.trace_context'] ?? '';
  return alias === '' ? undefined : readComment(alias).caller;
}
