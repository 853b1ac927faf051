/** What running a plan asks of the session: the catalog's rows and names, settings, who it is. */
import { mayReadSession } from '../../functions/registry.ts';
import { someExpr } from '../../expr/walk.ts';
import { childrenOf, type NodeOf, type PlanNode } from '../physical.ts';
import { nodeExprs } from './node-exprs.ts';

const asking = /^(pg_|to_reg|has_|format_type|obj_desc|col_desc|shobj_desc|cast\((reg|\w+,_?reg))/;

export interface PlanQuestions {
  /** Rows of the catalog, or names and other facts behind OIDs. */
  readonly readsCatalog: boolean;
  /** Settings, the user, and the like. */
  readonly readsSession: boolean;
  /** The relations of schema `trace` that it reads. */
  readonly traceRelations: readonly string[];
}

const known = new WeakMap<PlanNode, PlanQuestions>();

/** Of a plan's root and its subplans' roots; kept by the first. */
export function questionsOf(roots: readonly [PlanNode, ...PlanNode[]]): PlanQuestions {
  const before = known.get(roots[0]);
  if (before !== undefined) return before;
  const questions = {
    readsCatalog: readsCatalog(roots),
    readsSession: roots.some(asksSession),
    traceRelations: traceRelations(roots),
  };
  known.set(roots[0], questions);
  return questions;
}

function asksSession(node: PlanNode): boolean {
  if (node.kind === 'TableFunctionExec' && node.calls.some(isOfSession)) return true;
  if (node.kind === 'ProjectSetExec' && node.items.some(isSetOfSession)) return true;
  const isAsking = nodeExprs(node).some((expr) =>
    someExpr(expr, (part) => part.kind === 'call' && isOfSession(part)),
  );
  return isAsking || childrenOf(node).some(asksSession);
}

function isSetOfSession(item: NodeOf<'ProjectSetExec'>['items'][number]): boolean {
  return item.kind === 'set' && isOfSession(item);
}

function isOfSession({ functionId }: { readonly functionId: string }): boolean {
  return mayReadSession(functionId);
}

function readsCatalog(roots: readonly PlanNode[]): boolean {
  const returnsNames = roots.some((root) =>
    root.fields.some(({ type }) => /^_?reg/.test(type.name)),
  );
  return returnsNames || roots.some(asks);
}

function asks(node: PlanNode): boolean {
  if (node.kind === 'FactScanExec') return true;
  const isAsking = nodeExprs(node).some((expr) =>
    someExpr(expr, (part) => part.kind === 'call' && asking.test(part.functionId)),
  );
  return isAsking || childrenOf(node).some(asks);
}

function traceRelations(roots: readonly PlanNode[]): readonly string[] {
  const found = new Set<string>();
  const visit = (node: PlanNode): void => {
    if (node.kind === 'FactScanExec' && node.schema === 'trace') found.add(node.factName);
    for (const child of childrenOf(node)) visit(child);
  };
  for (const root of roots) visit(root);
  return [...found];
}
