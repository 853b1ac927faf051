/** node:test reporter: one line per file, every failure whole, and the closing count. */
export default async function* report(source) {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const files = new Map();
  for await (const event of source) {
    const { data } = event;
    if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      yield data.message;
      continue;
    }
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const isFile = data.file !== undefined && data.name === data.file;
    const isSuite = data.details?.type === 'suite' || isFile;
    if (event.type === 'test:fail') {
      const error = data.details?.error;
      const subtests = error?.failureType === 'subtestsFailed';
      if (!subtests) {
        failed += 1;
        yield `FAIL ${data.file ?? ''}: ${data.name}\n${error?.cause?.stack ?? error?.cause ?? error?.stack}\n`;
      }
    } else if (!isSuite) {
      if (data.skip !== undefined || data.todo !== undefined) {
        skipped += 1;
        yield `skip ${data.name}: ${data.skip ?? data.todo}\n`;
      } else passed += 1;
    }
    if (data.nesting === 0 && data.file !== undefined) {
      files.set(data.file, (files.get(data.file) ?? 0) + 1);
      if (files.get(data.file) === 1) yield `… ${data.file.replace(/^.*\/dist\//, '')}\n`;
    }
  }
  yield `${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
