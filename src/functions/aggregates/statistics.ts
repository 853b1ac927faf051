/** Variance, correlation and regression. PostgreSQL manual, section 9.21, table 9.60. */
import type { FunctionRecord } from '../function-record.ts';
import { aggregateRecord, type Signature } from './aggregate-record.ts';

const spreads: readonly Signature[] = [
  [['int2'], 'numeric'],
  [['int4'], 'numeric'],
  [['int8'], 'numeric'],
  [['numeric'], 'numeric'],
  [['float4'], 'float8'],
  [['float8'], 'float8'],
];
const pairs: readonly Signature[] = [[['float8', 'float8'], 'float8']];

function pairRecord(name: string, text: string): FunctionRecord {
  return aggregateRecord(name, name, pairs, { text });
}

export const statistics: readonly FunctionRecord[] = [
  aggregateRecord('stddev_samp', 'stddev_samp', spreads, {
    text: 'Standard deviation of a sample.',
    example: ['select stddev_samp(x) from generate_series(1, 3) x', '1.00000000000000000000'],
    aliases: ['stddev'],
  }),
  aggregateRecord('stddev_pop', 'stddev_pop', spreads, {
    text: 'Standard deviation of a population.',
    example: ['select stddev_pop(x) from generate_series(1, 3) x', '0.81649658092772603273'],
  }),
  aggregateRecord('var_samp', 'var_samp', spreads, {
    text: 'Variance of a sample.',
    example: ['select var_samp(x) from generate_series(1, 3) x', '1.00000000000000000000'],
    aliases: ['variance'],
  }),
  aggregateRecord('var_pop', 'var_pop', spreads, {
    text: 'Variance of a population.',
    example: ['select var_pop(x) from generate_series(1, 3) x', '0.66666666666666666667'],
  }),
  pairRecord('corr', 'Correlation coefficient.'),
  pairRecord('covar_pop', 'Covariance of a population.'),
  pairRecord('covar_samp', 'Covariance of a sample.'),
  pairRecord('regr_avgx', 'Mean of the independent variable.'),
  pairRecord('regr_avgy', 'Mean of the dependent variable.'),
  pairRecord('regr_intercept', 'Where the line of least squares meets the y axis.'),
  pairRecord('regr_r2', 'Square of the correlation coefficient.'),
  pairRecord('regr_slope', 'Slope of the line of least squares.'),
  pairRecord('regr_sxx', 'Sum of squares of the independent variable.'),
  pairRecord('regr_sxy', 'Sum of products of both variables.'),
  pairRecord('regr_syy', 'Sum of squares of the dependent variable.'),
  aggregateRecord('regr_count', 'regr_count', [[['float8', 'float8'], 'int8']], {
    text: 'Number of pairs of which neither is NULL.',
  }),
];
