/** EXPLAIN (FORMAT YAML), in PostgreSQL's layout: its JSON document, indented. */
import type { Json, JsonObject } from './explain-json.ts';

export function yamlOf(document: JsonObject): string {
  return `- ${fields(document, 2)}`;
}

function fields(object: JsonObject, indent: number): string {
  return Object.entries(object)
    .map(([key, value]) => `${key}: ${valueText(value, indent)}`)
    .join(`\n${' '.repeat(indent)}`);
}

function valueText(value: Json, indent: number): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  const inner = indent + 2;
  const margin = `\n${' '.repeat(inner)}`;
  if (isList(value)) {
    return value.map((item) => `${margin}- ${itemText(item, inner + 2)}`).join('');
  }
  return `${margin}${fields(value, inner)}`;
}

function isList(value: Exclude<Json, string | number | boolean>): value is readonly Json[] {
  return Array.isArray(value);
}

function itemText(item: Json, indent: number): string {
  return typeof item === 'object' && !isList(item) ? fields(item, indent) : valueText(item, indent);
}
