/**
 * The caller's trace context: W3C traceparent, from a comment in the statement or from settings.
 *
 *     comment  ▸  SET LOCAL, SET or startup option trace.traceparent  ▸  BEGIN's  ▸  none
 *
 * A comment is sqlcommenter's: `k='v',…` with URL-encoded values, in the first or last block
 * comment. See https://www.w3.org/TR/trace-context/ and https://google.github.io/sqlcommenter/spec/.
 */
import { commentsOf } from '../../sql/fingerprint.ts';
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
  if (text === '') return undefined;
  const match = form.exec(text.replaceAll(/^[ \t]+|[ \t]+$/g, ''));
  if (match === null) return undefined;
  const [, version = '', traceId = '', spanId = '', flags = '', rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId, sampled, traceState: cleanTraceState(traceState) };
}

const traceStateMax = 512;

const membersMax = 32;
const memberKey =
  /^(?:[a-z0-9][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})$/;
const memberValue = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** Members `key=value`; empty when one is malformed or comes twice, or there are too many. */
function cleanTraceState(text: string): string {
  const members = text
    .split(',')
    .map((member) => member.replaceAll(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '');
  const pairs = members.map((member) => member.split('=', 2));
  const keys = new Set(pairs.map(([key]) => key));
  const isGood =
    members.length <= membersMax &&
    keys.size === members.length &&
    members.every((member) => (member.match(/=/g) ?? []).length === 1) &&
    pairs.every(([key = '', value = '']) => memberKey.test(key) && memberValue.test(value));
  const whole = members.join(',');
  return isGood && whole.length <= traceStateMax ? whole : '';
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
  const [traceparent, ...others] = valuesOf(comment, 'traceparent');
  const force = valuesOf(comment, 'trace').includes('force');
  if (traceparent === undefined) return { caller: undefined, isInvalid: false, force };
  const state = valuesOf(comment, 'tracestate').join(',');
  const isOne = others.every((other) => other === traceparent);
  const caller = isOne ? parseTraceparent(traceparent, state) : undefined;
  return { caller, isInvalid: caller === undefined, force };
}

/** Of every `key='value'`, the value quoted or not, percent-decoded; a malformed one is empty. */
function valuesOf(comment: string, key: string): readonly string[] {
  const value = `'((?:[^'\\\\]|\\\\.)*)'|"([^"]*)"|([^\\s,'"]*)`;
  const form = new RegExp(`(?:^|[\\s,;])${key}\\s*[=:]\\s*(?:${value})`, 'gi');
  return [...comment.matchAll(form)].map(([, single, double, bare]) =>
    percentDecoded((single ?? double ?? bare ?? '').trim()),
  );
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
