/**
 * node:test reporter: a line per file as it begins, every failure whole, every skip with its reason.
 * Counts per file, and their milliseconds, go to dist/test-results.json, from which scripts/test.mjs
 * makes the closing lines.
 */
import { writeFileSync } from 'node:fs';
import { relative, sep } from 'node:path';

export default async function* report(source) {
  const results = {};
  for await (const event of source) {
    const { data } = event;
    if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      yield data.message;
      continue;
    }
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const file = relative('.', data.file ?? data.name)
      .split(sep)
      .join('/');
    if (results[file] === undefined) {
      results[file] = { passed: 0, failed: 0, skipped: 0, ms: 0 };
      yield `… ${file.replace(/^dist\//, '')}\n`;
    }
    yield count(event, results[file], file);
  }
  writeFileSync('dist/test-results.json', JSON.stringify(results));
}

/** Counts the event; returns what to print of it. */
function count({ type, data }, result, file) {
  if (data.nesting === 0) result.ms += data.details?.duration_ms ?? 0;
  const isFile = data.file !== undefined && data.name === data.file;
  if (type === 'test:fail') {
    const error = data.details?.error;
    if (error?.failureType === 'subtestsFailed') return '';
    result.failed += 1;
    const cause = error?.cause;
    return `FAIL ${file}: ${data.name}\n${cause?.stack ?? cause ?? error?.stack ?? error}\n`;
  }
  if (data.details?.type === 'suite' || isFile) return '';
  if (data.skip === undefined && data.todo === undefined) {
    result.passed += 1;
    return '';
  }
  result.skipped += 1;
  return `skip ${data.name}: ${data.skip ?? data.todo}\n`;
}
