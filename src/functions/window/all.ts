/** Window functions that are not aggregates; exec/windows computes them by name. */
import { family } from '../define.ts';
import type { FunctionRecord, WindowOverload } from '../function-record.ts';
import type { TypeName } from '../../types/sql-type.ts';

const define = family('window');

function over(args: readonly TypeName[], returns: TypeName): WindowOverload {
  return { kind: 'window', args, returns };
}

const shifts = [
  over(['anyelement'], 'anyelement'),
  over(['anyelement', 'int4'], 'anyelement'),
  over(['anycompatible', 'int4', 'anycompatible'], 'anycompatible'),
];

const rows = '(values (10), (20), (20)) t(x)';

export const windowFunctions: readonly FunctionRecord[] = [
  define(
    'row_number',
    {
      text: 'number of the row in its partition',
      example: [`select row_number() over (order by x) from ${rows}`, '1\n2\n3'],
    },
    over([], 'int8'),
  ),
  define(
    'rank',
    {
      text: 'rank with gaps',
      example: [`select rank() over (order by x desc) from ${rows}`, '1\n1\n3'],
    },
    over([], 'int8'),
  ),
  define(
    'dense_rank',
    {
      text: 'rank without gaps',
      example: [`select dense_rank() over (order by x desc) from ${rows}`, '1\n1\n2'],
    },
    over([], 'int8'),
  ),
  define(
    'percent_rank',
    {
      text: 'rank as a part of one',
      example: [`select percent_rank() over (order by x) from ${rows}`, '0\n0.5\n0.5'],
    },
    over([], 'float8'),
  ),
  define(
    'cume_dist',
    {
      text: 'part of the rows up to this one',
      example: [
        `select cume_dist() over (order by x desc) from ${rows}`,
        '0.6666666666666666\n0.6666666666666666\n1',
      ],
    },
    over([], 'float8'),
  ),
  define(
    'ntile',
    {
      text: 'number of the part of a partition',
      example: [`select ntile(2) over (order by x) from ${rows}`, '1\n1\n2'],
    },
    over(['int4'], 'int4'),
  ),
  define(
    'lag',
    {
      text: 'value of a row before',
      example: [`select lag(x, 1, 0) over (order by x) from ${rows}`, '0\n10\n20'],
    },
    ...shifts,
  ),
  define(
    'lead',
    {
      text: 'value of a row after',
      example: [`select lead(x) over (order by x) from ${rows}`, '20\n20\nNULL'],
    },
    ...shifts,
  ),
  define(
    'first_value',
    {
      text: "value of the frame's first row",
      example: [`select first_value(x) over (order by x) from ${rows}`, '10\n10\n10'],
    },
    over(['anyelement'], 'anyelement'),
  ),
  define(
    'last_value',
    {
      text: "value of the frame's last row",
      example: [`select last_value(x) over (order by x) from ${rows}`, '10\n20\n20'],
    },
    over(['anyelement'], 'anyelement'),
  ),
  define(
    'nth_value',
    {
      text: "value of the frame's nth row",
      example: [`select nth_value(x, 2) over (order by x) from ${rows}`, 'NULL\n20\n20'],
    },
    over(['anyelement', 'int4'], 'anyelement'),
  ),
];
