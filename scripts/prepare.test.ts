import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtureTree } from './fixture-tree.ts';
import { build, isBuilt, isInstalled } from './prepare.mjs';

describe('isInstalled', () => {
  const installed = (wanted: object | undefined, present: object | undefined) =>
    isInstalled(
      fixtureTree({
        ...(wanted === undefined ? {} : { 'package-lock.json': JSON.stringify({ packages: wanted }) }),
        ...(present === undefined ? {} : { 'node_modules/.package-lock.json': JSON.stringify({ packages: present }) }),
      }),
    );
  const root = { '': { version: '0.1.0' } };
  const a = { 'node_modules/a': { version: '1.0.0' } };
  const otherPlatform = { 'node_modules/b': { version: '2.0.0', optional: true } };

  it('holds where every package stands in its version, those for other platforms aside', () => {
    expect(installed({ ...root, ...a }, a)).toBe(true);
    expect(installed({ ...root, ...a, ...otherPlatform }, a)).toBe(true);
    expect(installed({ ...root, ...a, ...otherPlatform }, { ...a, ...otherPlatform })).toBe(true);
  });

  it('does not hold for nothing, a missing package, another version, or one too many', () => {
    expect(installed({ ...root, ...a }, undefined)).toBe(false);
    expect(installed(undefined, a)).toBe(false);
    expect(installed({ ...root, ...a }, {})).toBe(false);
    expect(installed({ ...root, ...a }, { 'node_modules/a': { version: '1.0.1' } })).toBe(false);
    expect(
      installed({ ...root, ...a, ...otherPlatform }, { ...a, 'node_modules/b': { version: '1.9.0', optional: true } }),
    ).toBe(false);
    expect(installed({ ...root }, a)).toBe(false);
  });
});

describe('build', () => {
  /** A package whose compiler copies `src/a.ts`, or fails where the source says so. */
  const tree = () =>
    fixtureTree({
      'package-lock.json': '{}',
      'tsconfig.json': '{}',
      'tsconfig.build.json': '{}',
      'src/a.ts': 'one',
      'src/a.test.ts': 'test',
      'dist/old.js': 'old',
      'node_modules/typescript/bin/tsc': `
        const fs = require('node:fs');
        const out = process.argv[process.argv.indexOf('--outDir') + 1];
        const text = fs.readFileSync('src/a.ts', 'utf8');
        fs.mkdirSync(out + '/cli', { recursive: true });
        fs.writeFileSync(out + '/cli/main.js', '#!/usr/bin/env node');
        fs.writeFileSync(out + '/a.js', text);
        if (text === 'broken') { console.log('error TS1'); process.exit(2); }`,
    });

  it('replaces dist from nothing, and is due again when a source changes, not when a test does', async () => {
    const root = tree();
    const say = () => {};
    expect(isBuilt(root)).toBe(false);
    expect(await build(root, say)).toBe(true);
    expect(isBuilt(root)).toBe(true);
    expect(() => readFileSync(join(root, 'dist/old.js'))).toThrow('ENOENT');
    expect(statSync(join(root, 'dist/cli/main.js')).mode & 0o111).toBe(0o111);
    writeFileSync(join(root, 'src/a.test.ts'), 'another test');
    expect(isBuilt(root)).toBe(true);
    writeFileSync(join(root, 'src/a.ts'), 'two');
    expect(isBuilt(root)).toBe(false);
  });

  it('keeps the old dist where the compiler fails, and says why', async () => {
    const root = tree();
    writeFileSync(join(root, 'src/a.ts'), 'broken');
    const said: string[] = [];
    expect(await build(root, (line) => said.push(line))).toBe(false);
    expect(said).toEqual(['error TS1']);
    expect(readFileSync(join(root, 'dist/old.js'), 'utf8')).toBe('old');
  });
});
