/** RoutineCallExec: no pull can wait for its session, so staged/staged-run.ts runs it instead. */
import { InternalError } from '../../errors/assert.ts';
import type { Operator } from '../operator.ts';

export const routineCall: Operator<'RoutineCallExec'> = () => {
  throw new InternalError('a plan with calls of functions was given to operators');
};
