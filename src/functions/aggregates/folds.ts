/** count, sum, avg, min, max and folds of booleans and bits. */
import type { FunctionRecord } from '../function-record.ts';
import { aggregateRecord, keeping } from './aggregate-record.ts';

const ordered = keeping([
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
  'money',
  'text',
  'bpchar',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
  'oid',
  'tid',
  'xid8',
  'pg_lsn',
  'inet',
  'anyarray',
  'anyenum',
]);
const bitwise = keeping(['int2', 'int4', 'int8', 'bit']);

export const folds: readonly FunctionRecord[] = [
  aggregateRecord(
    'count',
    'count',
    [
      [[], 'int8'],
      [['any'], 'int8'],
    ],
    {
      text: 'Number of rows, or of rows whose argument is not NULL.',
      example: ['select count(x) from (values (1), (null)) t(x)', '1'],
    },
  ),
  aggregateRecord(
    'sum',
    'sum',
    [
      [['int2'], 'int8'],
      [['int4'], 'int8'],
      [['int8'], 'numeric'],
      [['numeric'], 'numeric'],
      [['float4'], 'float4'],
      [['float8'], 'float8'],
      [['interval'], 'interval'],
      [['money'], 'money'],
    ],
    {
      text: 'Sum of the values that are not NULL; NULL when there are none.',
      example: ['select sum(x) from generate_series(1, 4) x', '10'],
    },
  ),
  aggregateRecord(
    'avg',
    'avg',
    [
      [['int2'], 'numeric'],
      [['int4'], 'numeric'],
      [['int8'], 'numeric'],
      [['numeric'], 'numeric'],
      [['float4'], 'float8'],
      [['float8'], 'float8'],
      [['interval'], 'interval'],
    ],
    {
      text: 'Arithmetic mean of the values that are not NULL.',
      example: ['select avg(x) from generate_series(1, 4) x', '2.5000000000000000'],
    },
  ),
  aggregateRecord('min', 'min', ordered, {
    text: 'The smallest value that is not NULL.',
    example: ["select min(x) from (values ('b'), ('a')) t(x)", 'a'],
  }),
  aggregateRecord('max', 'max', ordered, {
    text: 'The largest value that is not NULL.',
    example: ["select max(x) from (values ('b'), ('a')) t(x)", 'b'],
  }),
  aggregateRecord('bool_and', 'bool_and', keeping(['bool']), {
    text: 'True when every value that is not NULL is true.',
    example: ['select bool_and(x) from (values (true), (false)) t(x)', 'f'],
    aliases: ['every'],
  }),
  aggregateRecord('bool_or', 'bool_or', keeping(['bool']), {
    text: 'True when some value is true.',
    example: ['select bool_or(x) from (values (true), (false)) t(x)', 't'],
  }),
  aggregateRecord('bit_and', 'bit_and', bitwise, {
    text: 'Bitwise AND of the values that are not NULL.',
    example: ['select bit_and(x) from (values (6), (3)) t(x)', '2'],
  }),
  aggregateRecord('bit_or', 'bit_or', bitwise, {
    text: 'Bitwise OR of the values that are not NULL.',
    example: ['select bit_or(x) from (values (6), (3)) t(x)', '7'],
  }),
  aggregateRecord('bit_xor', 'bit_xor', bitwise, {
    text: 'Bitwise exclusive OR of the values that are not NULL.',
    example: ['select bit_xor(x) from (values (6), (3)) t(x)', '5'],
  }),
];
