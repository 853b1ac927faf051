/** Spans as a tree and as text: names, rows, how they ended; nothing that differs by run. */
import type { DecodedSpan } from './decoded-span.ts';

export interface SpanTree {
  readonly span: DecodedSpan;
  readonly children: readonly SpanTree[];
}

/** Trees of the spans without a parent among them. */
export function spanTrees(spans: readonly DecodedSpan[]): readonly SpanTree[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const build = (span: DecodedSpan): SpanTree => ({
    span,
    children: spans
      .filter((child) => child.parentSpanId === span.spanId)
      .toSorted(byPlace)
      .map(build),
  });
  return spans.filter(({ parentSpanId }) => !ids.has(parentSpanId)).map(build);
}

/** Plan nodes by their number, all else by its start. */
function byPlace(a: DecodedSpan, b: DecodedSpan): number {
  const [left, right] = [a, b].map(({ attributes }) => attributes.get('plan.node_id'));
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return a.startUs - b.startUs || phases.indexOf(a.name) - phases.indexOf(b.name);
}

const phases = [
  'pgwire.receive',
  'parse',
  'plan',
  'bind',
  'execute_plan',
  'result.encode',
  'client.write_wait',
  'commit',
];

export function treeText(tree: SpanTree, depth = 0): string {
  const own = `${'  '.repeat(depth)}${spanText(tree.span)}\n`;
  return own + tree.children.map((child) => treeText(child, depth + 1)).join('');
}

const shown: readonly (readonly [attribute: string, label: string])[] = [
  ['datafusion.metrics.output_rows', 'rows'],
  ['op.close_reason', 'close'],
  ['db.response.returned_rows', 'returned'],
  ['plan.cache', 'cache'],
  ['error.type', 'error'],
];

function spanText(span: DecodedSpan): string {
  const facts = shown.flatMap(([attribute, label]) => {
    const value = span.attributes.get(attribute);
    return value === undefined ? [] : [`${label}=${value}`];
  });
  const events = span.events.map(({ name, attributes }) => {
    const operator = attributes.get('operator');
    return `event=${name}${operator === undefined ? '' : `:${operator}`}`;
  });
  const status = span.isError ? ['ERROR'] : [];
  return [span.name, ...facts, ...status, ...events].join(' ');
}

/** Spans that begin before or end after their parent. */
export function overhanging(spans: readonly DecodedSpan[]): readonly string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return spans.flatMap((span) => {
    const parent = byId.get(span.parentSpanId);
    if (parent === undefined) return [];
    const isInside = parent.startUs <= span.startUs && span.endUs <= parent.endUs;
    return isInside ? [] : [`${span.name} in ${parent.name}`];
  });
}
