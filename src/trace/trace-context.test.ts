import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contextOfComments, contextOfSettings, parseTraceparent } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const good = `00-${traceId}-${spanId}-01`;

/** text | good, unsampled or bad */
const table = `
00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01        | good
00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00        | unsampled
00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03        | good
01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01        | good
cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more   | good
ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01        | bad
00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more   | bad
cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more   | bad
00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01        | bad
00-00000000000000000000000000000000-b7ad6b7169203331-01        | bad
00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01        | bad
00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01         | bad
00-0af7651916cd43dd8448eb211c80319cc-b7ad6b7169203331-01       | bad
00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333g-01        | bad
00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331           | bad
00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1         | bad
0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01         | bad
x                                                              | bad
                                                               | bad
`;

describe('traceparent', () => {
  for (const line of table.split('\n').filter((text) => text.includes('|'))) {
    const [text = '', wanted] = line.split('|').map((cell) => cell.trim());
    it(`"${text}" is ${wanted}`, () => {
      const found = parseTraceparent(text);
      const kind = found === undefined ? 'bad' : found.sampled ? 'good' : 'unsampled';
      assert.equal(kind, wanted);
      if (found !== undefined) assert.deepEqual([found.traceId, found.spanId], [traceId, spanId]);
    });
  }
});

/** statement | good, bad, none or force */
const statements = `
SELECT 1 /*traceparent='GOOD'*/                                     | good
/*traceparent='GOOD'*/ SELECT 1                                     | good
SELECT 1 /* traceparent = GOOD */                                   | good
SELECT 1 /*traceparent:"GOOD"*/                                     | good
SELECT 1 /*action='%2Frun',traceparent='GOOD',tracestate='a%3D1'*/  | good
SELECT 1 /*traceparent='GOOD'*/ -- the end                          | good
/*first*/ SELECT 1 /*second*/ /*traceparent='GOOD'*/                | good
/*a*/ SELECT /*traceparent='GOOD'*/ 1 /*b*/                         | none
SELECT 1 /* outer /*traceparent='GOOD'*/ */                         | none
SELECT '/*traceparent=''GOOD''*/'                                   | none
SELECT $$/*traceparent='GOOD'*/$$                                   | none
SELECT "/*traceparent='GOOD'*/"                                     | none
SELECT 1 -- /*traceparent='GOOD'*/                                  | none
SELECT 1 /*xtraceparent='GOOD'*/                                    | none
SELECT 1 /*traceparent='00-xyz'*/                                   | bad
SELECT 1 /*traceparent=''*/                                         | bad
SELECT 1 /*traceparent='%zz'*/                                      | bad
SELECT 1 /*traceparent='%ff%fe'*/                                   | bad
SELECT 1 /*trace='force'*/                                          | force
SELECT 1 /*traceparent                                              | none
`;

describe('comments of a statement', () => {
  for (const line of statements.split('\n').filter((text) => text.includes(' | '))) {
    const [text = '', wanted = ''] = line.split(' | ');
    it(`${text.trim()} carry ${wanted}`, () => {
      const found = contextOfComments(text.trim().replaceAll('GOOD', good));
      const own = found.caller === undefined ? 'none' : 'good';
      const kind = found.isInvalid ? 'bad' : found.force ? 'force' : own;
      assert.equal(kind, wanted.trim());
    });
  }

  it('carry the caller and its trace state', () => {
    const { caller } = contextOfComments(`SELECT 1 /*traceparent='${good}',tracestate='a%3D1'*/`);
    assert.deepEqual(caller, { traceId, spanId, sampled: true, traceState: 'a=1' });
  });
});

describe('settings', () => {
  it('carry a context under two names', () => {
    assert.equal(contextOfSettings({ 'trace.traceparent': good })?.traceId, traceId);
    const alias = { 'pg_tracing.trace_context': `traceparent='${good}'` };
    assert.equal(contextOfSettings(alias)?.spanId, spanId);
    assert.equal(contextOfSettings({}), undefined);
  });
});
