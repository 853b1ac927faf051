/** EmptyExec: no rows. */
import type { Operator } from '../operator.ts';

export const empty: Operator<'EmptyExec'> = () => [];
