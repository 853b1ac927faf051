/** Whether running a plan reads the catalog: its rows, or names and other facts behind OIDs. */
import { someExpr } from '../../expr/walk.ts';
import { childrenOf, type PlanNode } from '../physical.ts';
import { nodeExprs } from './node-exprs.ts';

const asking = /^(pg_|to_reg|has_|format_type|obj_desc|col_desc|shobj_desc|cast\((reg|\w+,_?reg))/;

export function readsCatalog(roots: readonly PlanNode[]): boolean {
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

/** The relations of schema `trace` that the plans read. */
export function traceRelations(roots: readonly PlanNode[]): readonly string[] {
  const found = new Set<string>();
  const visit = (node: PlanNode): void => {
    if (node.kind === 'FactScanExec' && node.schema === 'trace') found.add(node.factName);
    for (const child of childrenOf(node)) visit(child);
  };
  for (const root of roots) visit(root);
  return [...found];
}
