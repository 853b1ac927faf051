/**
 * What the parts of a query share that calls users' functions: how parts of its plan are run, what
 * was counted, and that it is to stop.
 */
import { Budget } from '../../memory/arena.ts';
import { pageBytes } from '../../memory/heap.ts';
import type { Expr } from '../../expr/expr.ts';
import { childKeys, childrenOf, type PhysicalPlan, type PlanNode } from '../../plan/physical.ts';
import { isSmall } from '../../plan/physical/small-plan.ts';
import type { FactRows } from '../../plan/planner.ts';
import { clockNs, type CloseReason, type NodeStatistics } from '../../trace/node-statistics.ts';
import type { Datum } from '../../types/datum.ts';
import type { QueryReport, QueryRequest, QueryRun } from '../execution.ts';
import { newStatistics } from '../instrument.ts';
import { LoopTurns } from '../loop-turns.ts';
import { addStatistics } from './add-statistics.ts';

export type Row = FactRows[number];
export type Parameters = readonly (Datum | null)[];

/** Values in JavaScript's memory count as much against the query's. */
const valuesPerPage = pageBytes / 64;

export class StagedQuery {
  readonly request: QueryRequest;
  readonly turns: LoopTurns;
  readonly #start: (request: QueryRequest) => QueryRun;
  readonly #budget: Budget;
  readonly #runs = new Set<QueryRun>();
  readonly #reports: QueryReport[] = [];
  readonly #meters = new Map<number, NodeStatistics>();
  readonly #parts = new Map<PlanNode, PhysicalPlan>();
  readonly #subplans: PhysicalPlan['subplans'];
  /** Rows of CTEs that several read, and values of subqueries that depend on no row. */
  readonly shared = new Map<string, unknown>();
  /** What immutable functions gave, by their constant arguments. */
  readonly fixed = new Map<readonly Expr[], FactRows>();
  /** Time of the readers that the one at work has asked. */
  innerNs = 0;
  #heldValues = 0;
  #error: unknown;

  constructor(request: QueryRequest, start: (request: QueryRequest) => QueryRun) {
    this.request = request;
    this.turns = request.turns ?? new LoopTurns();
    this.#start = start;
    this.#budget = new Budget(request.memoryBytesMax);
    this.#subplans = request.plan.subplans.map((each) =>
      isStaged(each.plan) ? { ...each, plan: emptyLike(each.plan) } : each,
    );
  }

  /** Nodes of the plan that read the CTE: one alone takes rows as they come. */
  readersOf(cte: number): number {
    const { root, subplans } = this.request.plan;
    const count = (node: PlanNode): number => {
      const own = node.kind === 'MaterializeExec' && node.cte === cte ? 1 : 0;
      return childrenOf(node).reduce((sum, child) => sum + count(child), own);
    };
    return [root, ...subplans.map(({ plan }) => plan)].reduce((sum, node) => sum + count(node), 0);
  }

  /** Errors: 57014 and what else ended the query. */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  /** Rows are kept until the query ends. Errors: 53200. */
  hold(rows: FactRows): void {
    for (const row of rows) this.#heldValues += row.length + 1;
    for (; this.#heldValues >= valuesPerPage; this.#heldValues -= valuesPerPage) {
      this.#budget.take(pageBytes);
    }
  }

  /** Runs a part of the plan without calls. `close` it. */
  run(node: PlanNode, parameters: Parameters, output: QueryRequest['output']): QueryRun {
    const { request } = this;
    const run = this.#start({ ...request, plan: this.#part(node), parameters, output });
    this.#runs.add(run);
    return run;
  }

  #part(root: PlanNode): PhysicalPlan {
    let part = this.#parts.get(root);
    if (part === undefined) {
      const { parameterTypes } = this.request.plan;
      const subplans = this.#subplans;
      const inner = subplans.map(({ plan }) => plan);
      const small = isSmall(root, inner, false);
      part = { root, subplans, parameterTypes, tables: [], small, movable: false };
      if (!carriesRows(root)) this.#parts.set(root, part);
    }
    return part;
  }

  async close(run: QueryRun, reason: CloseReason): Promise<void> {
    if (!this.#runs.delete(run)) return;
    this.#reports.push(await run.close(reason));
    if (this.#reports.length < reportsMax) return;
    this.#reports.splice(0, reportsMax, merged(this.#reports));
  }

  async closeAll(reason: CloseReason): Promise<void> {
    for (const run of [...this.#runs]) await this.close(run, reason);
  }

  stop(error: unknown, reason: CloseReason, message: string): void {
    this.#error ??= error;
    for (const run of this.#runs) run.cancel(reason, message);
  }

  /** Counters of a node that no operator runs; undefined when nothing is counted. */
  meterOf(node: PlanNode): NodeStatistics | undefined {
    if (!this.request.instrument) return undefined;
    const meter = this.#meters.get(node.id) ?? newStatistics(node.id, 0);
    this.#meters.set(node.id, meter);
    return meter;
  }

  #withCalls(nodes: readonly NodeStatistics[]): readonly NodeStatistics[] {
    const below = timesBelow(this.request.plan.root, this.#meters);
    return nodes.map((node) => {
      const ns = node.partition === 0 ? (below.get(node.nodeId) ?? 0) : 0;
      return ns === 0 ? node : { ...node, busyNs: node.busyNs + ns };
    });
  }

  /** What was counted so far. */
  report(startNs: number, rows: number, reason: CloseReason): QueryReport {
    const all = merged([emptyReport, ...this.#reports]);
    const own = [...this.#meters.values()].map((meter) => {
      return meter.closeReason === 'open' ? { ...meter, closeReason: reason } : meter;
    });
    const known = new Set(own.map(({ nodeId }) => nodeId));
    const others = all.nodes.filter(({ nodeId }) => !known.has(nodeId));
    const nodes = [...own, ...this.#withCalls(others)];
    return { ...all, nodes, rows, startNs, queueNs: 0, endNs: clockNs() };
  }
}

/** Reports are added up when there are as many. */
const reportsMax = 64;

/** Time that the readers below each node took, which its own run knows nothing of. */
function timesBelow(
  root: PlanNode,
  meters: ReadonlyMap<number, NodeStatistics>,
): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  const visit = (node: PlanNode): number => {
    const below = childrenOf(node).reduce((sum, child) => sum + visit(child), 0);
    times.set(node.id, below);
    return meters.get(node.id)?.busyNs ?? below;
  };
  visit(root);
  return times;
}

const emptyReport: QueryReport = {
  ...{ nodes: [], encodeNs: 0, encodeBytes: 0, encodeFirstNs: 0, encodeLastNs: 0, queueNs: 0 },
  ...{ startNs: 0, endNs: 0, rows: 0, peakBytes: 0, blockedNs: 0, yieldedNs: 0 },
};

function merged(reports: readonly QueryReport[]): QueryReport {
  return reports.reduce((sum, report) => ({
    ...sum,
    nodes: addStatistics(sum.nodes, report.nodes),
    encodeNs: sum.encodeNs + report.encodeNs,
    encodeBytes: sum.encodeBytes + report.encodeBytes,
    encodeFirstNs: sum.encodeFirstNs === 0 ? report.encodeFirstNs : sum.encodeFirstNs,
    encodeLastNs: Math.max(sum.encodeLastNs, report.encodeLastNs),
    peakBytes: Math.max(sum.peakBytes, report.peakBytes),
    blockedNs: sum.blockedNs + report.blockedNs,
    yieldedNs: sum.yieldedNs + report.yieldedNs,
  }));
}

const staged = new WeakMap<PlanNode, boolean>();

/** Whether a call is in the tree. */
export function isStaged(node: PlanNode): boolean {
  let known = staged.get(node);
  if (known === undefined) {
    known = node.kind === 'RoutineCallExec' || childrenOf(node).some(isStaged);
    staged.set(node, known);
  }
  return known;
}

function carriesRows(node: PlanNode): boolean {
  return node.kind === 'FactScanExec'
    ? node.rows !== undefined
    : childrenOf(node).some(carriesRows);
}

function emptyLike({ id, fields }: PlanNode): PlanNode {
  return { kind: 'EmptyExec', id, fields, estimatedRows: 0, estimatedCost: 0 };
}

/** A scan of the rows in the place of the node that gave them. */
export function scanOf({ id, fields, estimatedCost }: PlanNode, rows: FactRows): PlanNode {
  return {
    ...{ kind: 'FactScanExec', id, fields, estimatedRows: rows.length, estimatedCost },
    ...{ schema: '', factName: '', rows, columns: fields.map((_field, i) => i) },
  };
}

/** The node over other children. */
export function withChildren(node: PlanNode, map: (child: PlanNode) => PlanNode): PlanNode {
  const record = node as unknown as Record<string, PlanNode | readonly PlanNode[]>;
  const changed = childKeys[node.kind].map((key): [string, unknown] => {
    const child = record[key as string] as PlanNode | readonly PlanNode[];
    return [key, Array.isArray(child) ? child.map(map) : map(child as PlanNode)];
  });
  return { ...node, ...Object.fromEntries(changed) } as PlanNode;
}
