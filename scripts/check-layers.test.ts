import { describe, expect, it } from 'vitest';
import { checkLayers } from './check-layers.mjs';
import { showFindings } from './finding.mjs';
import { fixtureTree } from './fixture-tree.ts';
import { importCycles } from './import-cycles.mjs';
import { layerTable } from './layer-table.mjs';

const architecture = `# Architecture

| folder | what lives there | may import |
|---|---|---|
| \`base\` | the ground | |
| \`graph\` | graphs | \`base\` |
| \`train\` | the loop | \`base\`, \`graph\` |
| \`cli\` | the command line | all |

Afterwards.
`;

const findings = (files: Record<string, string>, tables: readonly string[] = []) =>
  showFindings(checkLayers(fixtureTree({ 'ARCHITECTURE.md': architecture, ...files }), { tables: new Set(tables) }));

describe('checkLayers', () => {
  it('accepts imports that the table allows, within a folder, and from the entries of src', () => {
    expect(
      findings({
        'src/base/shape.ts': `export const size = 1;\n`,
        'src/graph/op.ts': `import { size } from '../base/shape.ts';\nexport const op = size;\n`,
        'src/graph/graph.ts': `import { op } from './op.ts';\nexport const graph = op;\n`,
        'src/cli/main.ts': `import { readFileSync } from 'node:fs';\nimport { graph } from '../graph/graph.ts';\nconsole.log(graph, readFileSync);\n`,
        'src/index.ts': `export { graph } from './graph/graph.ts';\n`,
      }),
    ).toBe('');
  });

  it.each([
    ['a value import', `import { loop } from '../train/loop.ts';\nexport const x = loop;\n`],
    ['a type import', `import type { Loop } from '../train/loop.ts';\nexport type X = Loop;\n`],
    ['an import() type', `export type X = import('../train/loop.ts').Loop;\n`],
    ['a dynamic import', `export const x = () => import('../train/loop.ts');\n`],
    ['a re-export', `export { loop } from '../train/loop.ts';\n`],
    ['a star re-export', `export * from '../train/loop.ts';\n`],
  ])('refuses an upward import by %s, with its line', (_what, text) => {
    expect(
      findings({
        'src/graph/op.ts': `// first line\n${text}`,
        'src/train/loop.ts': `export const loop = 1;\nexport type Loop = 1;\n`,
      }),
    ).toBe('src/graph/op.ts:2  layers  graph may not import train (ARCHITECTURE.md, Layers)');
  });

  it('holds examples to public entries', () => {
    expect(
      findings({
        'examples/01-good.ts': `import { train } from 'dolina';\nimport { svg } from 'dolina/plot';\nimport type { A } from './example.ts';\n`,
        'examples/02-bad.ts': `import { train } from 'dolina';\nimport { op } from '../src/graph/op.ts';\nimport 'node:fs';\n`,
      }),
    ).toBe(
      [
        'examples/02-bad.ts:2  example  imports "../src/graph/op.ts"; an example imports public entries of dolina only',
        'examples/02-bad.ts:3  example  imports "node:fs"; an example imports public entries of dolina only',
      ].join('\n'),
    );
  });

  it('refuses a folder without a row, and an import of it', () => {
    expect(
      findings({
        'src/extra/x.ts': `export const x = 1;\n`,
        'src/graph/op.ts': `export { x } from '../extra/x.ts';\n`,
      }),
    ).toBe(
      [
        'src/extra/x.ts:1  layers  the folder "extra" has no row in ARCHITECTURE.md\'s table',
        'src/graph/op.ts:1  layers  graph may not import extra (ARCHITECTURE.md, Layers)',
      ].join('\n'),
    );
  });

  it('refuses imports of the entries, of tests, of what lies outside src, and of the package by its name', () => {
    const text = findings({
      'src/index.ts': `export const a = 1;\n`,
      'src/graph/op.test.ts': `export const t = 1;\n`,
      'src/graph/op.ts': `import '../index.ts';\nimport './op.test.ts';\nimport '../../test/x.ts';\nimport 'dolina/graph';\n`,
    });
    expect(text.split('\n').map((line) => line.split('  ')[0])).toEqual(
      [1, 2, 3, 4].map((line) => `src/graph/op.ts:${line}`),
    );
  });

  it('finds a cycle of files inside one folder, type imports included', () => {
    expect(
      findings({
        'src/graph/a.ts': `import { b } from './b.ts';\nexport type A = 1;\nexport const a = b;\n`,
        'src/graph/b.ts': `import type { A } from './a.ts';\nexport const b: A = 1;\n`,
      }),
    ).toBe('src/graph/a.ts:1  cycle  files import one another: src/graph/a.ts → src/graph/b.ts → src/graph/a.ts');
  });

  it("allows Node's modules in src/cli, *.node.ts and tests alone", () => {
    const text = `import 'node:fs';\nimport 'path';\nimport 'onnxruntime-node';\n`;
    const everywhere = {
      'src/cli/a.ts': text,
      'src/train/a.node.ts': text,
      'src/train/a.test.ts': text,
      'src/train/a.ts': text,
    };
    expect(findings(everywhere).split('\n')).toEqual([
      'src/train/a.ts:1  node  imports "node:fs"; only src/cli and files named *.node.ts may',
      'src/train/a.ts:2  node  imports "path"; only src/cli and files named *.node.ts may',
      'src/train/a.ts:3  node  imports "onnxruntime-node"; only src/cli and files named *.node.ts may',
    ]);
  });

  it('follows an index.ts to every file it reaches, and lets index.node.ts be', () => {
    const entry = `export const x = 1;\nexport { open } from './open.ts';\n`;
    expect(
      findings({
        'src/train/open.node.ts': `export const open = 1;\n`,
        'src/train/open.ts': `export { open } from './open.node.ts';\n`,
        'src/train/index.ts': entry,
        'src/train/index.node.ts': entry,
      }),
    ).toBe(
      'src/train/index.ts:2  entry  an index.ts must not reach a *.node.ts: src/train/index.ts → src/train/open.ts → src/train/open.node.ts',
    );
  });

  it('refuses console, process, Math.random and foreign errors in the library, wherever they hide', () => {
    const text = [
      `// console.log and process.env in a comment are no one's business, nor 'process.env' in a string.`,
      `const { log } = console;`,
      `export const env = globalThis.process.env;`,
      `export const x = process.stdout ?? Math.random();`,
      `class OwnError extends TypeError {}`,
      `throw new Error(log('process.env'));`,
      `throw new OwnError();`,
    ].join('\n');
    expect(
      findings({ 'src/train/a.ts': text, 'src/cli/a.ts': text, 'src/train/a.test.ts': text })
        .split('\n')
        .map((line) => line.split('  ').slice(0, 2).join(' ')),
    ).toEqual(
      ['2 quiet', '3 quiet', '4 quiet', '4 random', '5 errors', '6 errors'].map((rest) => `src/train/a.ts:${rest}`),
    );
  });

  it('refuses shapeless names of files and folders, the folder base excepted', () => {
    expect(
      findings({
        'src/base/shape.ts': '',
        'src/graph/helpers.ts': '',
        'src/graph/utils/x.ts': '',
        'src/graph/base.test.ts': '',
      })
        .split('\n')
        .map((line) => line.split('  ').slice(0, 2).join(' ')),
    ).toEqual(['src/graph/base.test.ts:1 name', 'src/graph/helpers.ts:1 name', 'src/graph/utils/x.ts:1 name']);
  });

  it('refuses 601 lines, accepts 600, and exempts declared tables', () => {
    const lines = (count: number) => '// line\n'.repeat(count);
    const files = { 'src/graph/a.ts': lines(600), 'src/graph/b.ts': lines(601), 'src/graph/c.ts': lines(700) };
    expect(findings(files, ['src/graph/c.ts'])).toMatch(/^src\/graph\/b\.ts:601 {2}length {2}601 lines/);
  });
});

describe('layerTable', () => {
  it('reads each row, itself included, and "all" as every folder', () => {
    const table = layerTable(architecture);
    expect([...table.get('graph')!].sort()).toEqual(['base', 'graph']);
    expect([...table.get('cli')!].sort()).toEqual(['base', 'cli', 'graph', 'train']);
  });

  it('refuses a page without the table and a row that allows an unknown folder', () => {
    expect(() => layerTable('# Architecture\n')).toThrow('no table');
    expect(() => layerTable(architecture.replace('| `base` |', '| `grund` |'))).toThrow('which has no row');
  });
});

describe('importCycles', () => {
  it('separates two cycles that touch, and leaves a diamond alone', () => {
    const graph = { a: ['b', 'c'], b: ['d'], c: ['d'], d: ['e'], e: ['f'], f: ['e', 'g'], g: ['g', 'elsewhere'] };
    expect(importCycles(new Map(Object.entries(graph))).map((group) => group.sort())).toEqual([['g'], ['e', 'f']]);
  });
});
