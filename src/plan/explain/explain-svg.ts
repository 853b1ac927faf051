/**
 * EXPLAIN (FORMAT SVG): a picture that needs nothing else. On top a flame chart: a bar per node,
 * as wide as its share of the time (of the estimated cost without ANALYZE), inputs below. Under
 * it a line per node with rows beside their estimates, and where the time went.
 */
import { nodeTitle } from './node-details.ts';
import type { ExplainContext, ExplainNode } from './explain-tree.ts';

const width = 1200;
const margin = 20;
const barHeight = 30;
const lineHeight = 22;
const headHeight = 64;
/** Misestimates by this factor and more are marked. */
const wrong = 10;

interface Bar {
  readonly tree: ExplainNode;
  readonly depth: number;
  readonly x: number;
  readonly width: number;
  /** Share of the whole that the node has alone: what its colour says. */
  readonly share: number;
}

export function svgOf(tree: ExplainNode, context: ExplainContext): string {
  const weigh = context.options.analyze ? timeOf : costOf;
  const whole = Math.max(weigh(tree), Number.MIN_VALUE);
  const bars: Bar[] = [];
  layOut(tree, { depth: 0, x: margin, width: width - 2 * margin }, { weigh, whole, bars });
  const depth = Math.max(...bars.map((bar) => bar.depth)) + 1;
  const tableTop = headHeight + depth * (barHeight + 2) + 40;
  const height = tableTop + (bars.length + 1) * lineHeight + margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(margin, 28, 'Query plan', 'font-size="18" font-weight="600" fill="#111827"'),
    text(margin, 48, subtitle(context), 'fill="#6b7280"'),
    ...bars.map((bar, index) => barSvg(bar, index, context)),
    ...tableSvg(bars, tableTop, context),
    '</svg>',
  ].join('\n');
}

function timeOf({ actuals }: ExplainNode): number {
  return (actuals?.totalMs ?? 0) * Math.max(1, actuals?.loops ?? 0);
}

function costOf({ node }: ExplainNode): number {
  return node.estimatedCost;
}

function inputsOf(tree: ExplainNode): readonly ExplainNode[] {
  return [...tree.subplans.map((subplan) => subplan.tree), ...tree.children];
}

interface Layout {
  readonly weigh: (tree: ExplainNode) => number;
  readonly whole: number;
  readonly bars: Bar[];
}

/** Inputs share their parent's width by weight; what they leave free is the parent's own. */
function layOut(
  tree: ExplainNode,
  place: { readonly depth: number; readonly x: number; readonly width: number },
  layout: Layout,
): void {
  const { weigh, whole, bars } = layout;
  const inputs = inputsOf(tree);
  const own = weigh(tree);
  const below = inputs.reduce((sum, input) => sum + weigh(input), 0);
  const share = Math.max(0, own - below) / whole;
  bars.push({ tree, share, ...place });
  const scale = place.width / Math.max(own, below, Number.MIN_VALUE);
  let { x } = place;
  for (const input of inputs) {
    const inputWidth = weigh(input) * scale;
    layOut(input, { depth: place.depth + 1, x, width: inputWidth }, layout);
    x += inputWidth;
  }
}

function subtitle({ options, report }: ExplainContext): string {
  const parts = [
    options.analyze ? 'bars are as wide as time' : 'bars are as wide as estimated cost',
  ];
  const ms = (ns: number): string => `${(ns / 1e6).toFixed(3)} ms`;
  if (report.planningNs !== undefined) parts.unshift(`planning ${ms(report.planningNs)}`);
  if (report.executionNs !== undefined) parts.unshift(`execution ${ms(report.executionNs)}`);
  if (report.traceId !== undefined) parts.push(`trace ${report.traceId}`);
  return parts.join(' · ');
}

/** From a pale to a strong orange: the share of the time that the node has alone. */
function colorOf(share: number): string {
  const strength = Math.min(1, Math.sqrt(share));
  const mix = (pale: number, strong: number): number =>
    Math.round(pale + (strong - pale) * strength);
  return `rgb(${mix(254, 234)},${mix(243, 88)},${mix(226, 12)})`;
}

function barSvg(bar: Bar, index: number, context: ExplainContext): string {
  const { tree, depth, x } = bar;
  const y = headHeight + depth * (barHeight + 2);
  const shown = Math.max(bar.width, 1);
  const fill = bar.share > 0.45 ? '#ffffff' : '#111827';
  const title = `${nodeTitle(tree.node)}${numbersOf(tree, context)}`;
  const label =
    shown < 24 ? '' : text(x + 6, y + 19, title, `fill="${fill}" clip-path="url(#c${index})"`);
  return [
    `<g><title>${escaped(title)}</title>`,
    `<clipPath id="c${index}"><rect x="${at(x)}" y="${y}" width="${at(Math.max(0, shown - 6))}" height="${barHeight}"/></clipPath>`,
    `<rect x="${at(x)}" y="${y}" width="${at(shown)}" height="${barHeight}" rx="3" fill="${colorOf(bar.share)}" stroke="#ffffff"/>`,
    `${label}</g>`,
  ].join('');
}

function numbersOf({ actuals, node }: ExplainNode, { options }: ExplainContext): string {
  if (!options.analyze)
    return `  ${count(node.estimatedRows)} rows, cost ${node.estimatedCost.toFixed(2)}`;
  if (actuals === undefined) return '  never executed';
  return `  ${count(actuals.totalRows)} rows, ${(actuals.totalMs * actuals.loops).toFixed(3)} ms`;
}

interface Cell {
  readonly head: string;
  readonly x: number;
  readonly read: (bar: Bar) => string;
  readonly isWrong?: (bar: Bar) => boolean;
}

const cells: readonly Cell[] = [
  { head: 'node', x: margin, read: ({ tree }) => nodeTitle(tree.node) },
  { head: 'rows', x: 640, read: ({ tree }) => count(tree.actuals?.totalRows) },
  { head: 'estimated', x: 740, read: ({ tree }) => count(tree.node.estimatedRows) },
  {
    head: 'off by',
    x: 820,
    read: ({ tree }) => (tree.actuals === undefined ? '' : `${misestimate(tree).toFixed(1)}×`),
    isWrong: ({ tree }) => misestimate(tree) >= wrong,
  },
  { head: 'loops', x: 880, read: ({ tree }) => count(tree.actuals?.loops) },
  {
    head: 'total ms',
    x: 970,
    read: ({ tree }) => (tree.actuals === undefined ? '' : timeOf(tree).toFixed(3)),
  },
  { head: 'share', x: 1040, read: ({ share }) => `${(share * 100).toFixed(1)} %` },
];

function misestimate({ node, actuals }: ExplainNode): number {
  if (actuals === undefined) return 1;
  const actual = actuals.totalRows / Math.max(1, actuals.loops);
  const [least = 0, most = 0] = [node.estimatedRows, actual].toSorted((a, b) => a - b);
  return Math.max(1, most) / Math.max(1, least);
}

function tableSvg(bars: readonly Bar[], top: number, { options }: ExplainContext): string[] {
  const shown = cells.filter(
    ({ head }) => options.analyze || ['node', 'estimated', 'share'].includes(head),
  );
  const heads = shown.map(({ head, x }) => text(x, top, head, headStyle(x)));
  const rule = `<line x1="${margin}" x2="${width - margin}" y1="${top + 7}" y2="${top + 7}" stroke="#e5e7eb"/>`;
  const lines = bars.flatMap((bar, index) => {
    const y = top + (index + 1) * lineHeight;
    const length = (width - margin - 1060) * bar.share;
    const own = `<rect x="1060" y="${y - 10}" width="${at(Math.max(0.5, length))}" height="11" fill="${colorOf(bar.share)}"/>`;
    return [
      ...shown.map((cell) => {
        const x = cell.x === margin ? margin + bar.depth * 16 : cell.x;
        const color = cell.isWrong?.(bar) === true ? '#b91c1c' : '#111827';
        return text(x, y, cell.read(bar), `${sideOf(cell.x)} fill="${color}"`);
      }),
      own,
    ];
  });
  return [...heads, rule, ...lines];
}

function headStyle(x: number): string {
  return `${sideOf(x)} fill="#6b7280" font-weight="600"`;
}

function sideOf(x: number): string {
  return x === margin ? '' : 'text-anchor="end"';
}

function text(x: number, y: number, words: string, style: string): string {
  return `<text x="${at(x)}" y="${y}" ${style}>${escaped(words)}</text>`;
}

function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function count(value: number | undefined): string {
  return value === undefined ? '–' : Math.round(value).toLocaleString('en-US');
}

function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
