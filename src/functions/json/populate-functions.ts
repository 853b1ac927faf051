/**
 * json(b)_populate_record and json(b)_populate_recordset, and what json(b)_to_record and
 * json(b)_to_recordset become: the same over a type made of the columns that were defined.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, RecordValue } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { isCompositeName, knownComposite } from '../../types/user-type.ts';
import { formatsOf } from '../casts/cast-record.ts';
import { family } from '../define.ts';
import type {
  DatumEvaluation,
  FunctionRecord,
  ScalarOverload,
  TableOverload,
} from '../function-record.ts';
import { jsonElements, jsonKind } from './json-scan.ts';
import { populateRecord, type RecordField } from './populate-record.ts';

const define = family('json');

type JsonType = 'json' | 'jsonb';

function invalid(message: string): SqlError {
  return new SqlError('invalid_parameter_value', message);
}

/** Errors: 42804 for other types than rows, 0A000 for a row of no known type. */
function fieldsOf(name: string, type: SqlType, base: RecordValue | null): readonly RecordField[] {
  if (isCompositeName(type.name)) return knownComposite(type.name).fields;
  if (type.name !== 'record') {
    throw new SqlError('datatype_mismatch', `first argument of ${name} must be a row type`);
  }
  if (base === null) {
    const message = `could not determine row type for result of ${name}`;
    const hint =
      'Provide a non-null record argument, or call the function in the FROM clause ' +
      'using a column definition list.';
    throw new SqlError('feature_not_supported', message, { hint });
  }
  return base.fields.map((field, i) => {
    return { name: field.name ?? `f${i + 1}`, type: { name: field.type, typmod: -1 } };
  });
}

function oneRecord(name: string): DatumEvaluation {
  return (context, [row = null, json = null], type) => {
    const base = row as RecordValue | null;
    const fields = fieldsOf(name, type, base);
    if (json === null) return base;
    return populateRecord(json as string, { fields, base }, formatsOf(context));
  };
}

/** The elements, all of them objects. */
function objectsOf(name: string, type: JsonType, text: string): readonly string[] {
  const kind = jsonKind(text);
  if (kind !== 'array') {
    if (type === 'jsonb') throw invalid(`cannot call ${name} on a non-array`);
    throw invalid(`cannot call ${name} on ${kind === 'object' ? 'an object' : 'a scalar'}`);
  }
  const elements = [...jsonElements(text)];
  if (elements.every((element) => jsonKind(element) === 'object')) return elements;
  throw invalid(`argument of ${name} must be an array of objects`);
}

function manyRecords(name: string, type: JsonType): TableOverload['rows'] {
  return function* (context, [row = null, json = null], [rowType]) {
    const base = row as RecordValue | null;
    const fields = fieldsOf(name, rowType ?? { name: 'record', typmod: -1 }, base);
    if (json === null) return;
    for (const element of objectsOf(name, type, json as string)) {
      yield [populateRecord(element, { fields, base }, formatsOf(context)) as Datum];
    }
  };
}

interface Named {
  /** As errors call it. */
  readonly name: string;
  readonly type: JsonType;
}

/** json's has a third argument, which says nothing any more. */
function argumentLists(type: JsonType): readonly ScalarOverload['args'][] {
  const plain = ['anyelement', type] as const;
  return type === 'json' ? [plain, [...plain, 'bool']] : [plain];
}

function recordOverloads({ name, type }: Named): readonly ScalarOverload[] {
  return argumentLists(type).map((args) => {
    const datum = oneRecord(name);
    return {
      ...{ kind: 'scalar', args, returns: 'anyelement', datum },
      ...{ strict: false, volatility: 'stable' },
    } as const;
  });
}

function setOverloads({ name, type }: Named): readonly TableOverload[] {
  return argumentLists(type).map((args) => {
    const columns = [{ name, type: 'anyelement' }] as const;
    return {
      ...{ kind: 'table', args, columns, rows: manyRecords(name, type) },
      volatility: 'stable',
    } as const;
  });
}

export const populateFunctions: readonly FunctionRecord[] = (['json', 'jsonb'] as const).flatMap(
  (type) => {
    const named = (name: string): Named => ({ name: `${type}_${name}`, type });
    return [
      define(
        `${type}_populate_record`,
        { text: 'the row with the fields that an object has' },
        ...recordOverloads(named('populate_record')),
      ),
      define(
        `${type}_populate_recordset`,
        { text: 'such a row for each object of an array' },
        ...setOverloads(named('populate_recordset')),
      ),
      define(
        `.${type}_to_record`,
        { text: 'a row of defined columns out of an object' },
        ...recordOverloads(named('to_record')),
      ),
      define(
        `.${type}_to_recordset`,
        { text: 'such a row for each object of an array' },
        ...setOverloads(named('to_recordset')),
      ),
    ];
  },
);
