import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixtureTree } from './fixture-tree.ts';
import { runTests } from './run-tests.mjs';

it('counts tests, and tells skips with their reasons, what tests print, and files that break', async () => {
  const root = fixtureTree({
    'package.json': '{ "type": "module" }',
    'a.test.ts': `
      import { describe, expect, test } from 'vitest';
      test('good', () => {});
      test('bad', () => expect(1).toBe(2));
      describe('group', () => {
        test('no browser', (context) => context.skip('no Chromium here'));
        test.skipIf(true)('silent', () => {});
        test('loud', () => console.log('hello'));
      });`,
    'b.test.ts': `throw new Error('broken file');`,
  });
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  const { output, ...report } = await runTests(root, [], { capture: true });
  expect(report).toEqual({
    passed: 2,
    failed: 2,
    skipped: [
      { name: 'a.test.ts > group > no browser', reason: 'no Chromium here' },
      { name: 'a.test.ts > group > silent', reason: 'no reason given: say it with context.skip(reason)' },
    ],
    printed: ['a.test.ts > loud prints: hello'],
  });
  expect(output).toContain('broken file');
});
