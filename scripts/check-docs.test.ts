import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkDocs } from './check-docs.mjs';
import { type Finding, showFindings } from './finding.mjs';
import { fixtureTree } from './fixture-tree.ts';

const errors = `export abstract class DolinaError extends Error {
  constructor(code: string, message: string) { super(message); }
}
export class OptionError extends DolinaError {}
export class InternalError extends DolinaError { constructor(m: string) { super('internal', m); } }
`;

const rulesOf = (findings: readonly Finding[]) => findings.map(({ file, line, rule }) => `${file}:${line} ${rule}`);

describe('error codes', () => {
  const tree = (source: string, page: string) =>
    checkDocs(
      fixtureTree({ 'src/base/errors.ts': errors, 'src/nn/a.ts': source, 'docs/errors.md': `## internal\n\n${page}` }),
    ).filter(({ rule }) => rule === 'error-code');

  it('agree where each thrown code has a heading, either branch of a choice included', () => {
    const source = `throw new OptionError('a/b', 'x');\nconst f = (c) => new OptionError(c ? 'c/d' : 'e/f', 'x');\nnew InternalError('not a code');`;
    expect(tree(source, '## a/b\n\n## `c/d`\n\n## e/f\n')).toEqual([]);
  });

  it('are found missing, on both sides, with their places', () => {
    expect(showFindings(tree(`\nthrow new OptionError('a/b', 'x');\n`, '## c/d\n'))).toBe(
      'docs/errors.md:3  error-code  nothing in src throws "c/d"\nsrc/nn/a.ts:2  error-code  "a/b" has no heading in docs/errors.md',
    );
  });

  it('are found where a function passes them on, and in families where a template makes them', () => {
    const source = [
      `function refuse(file, code) { return new OptionError(code, 'x'); }`,
      `const fail = (code) => { throw new OptionError(code, 'x'); };`,
      `throw refuse('x.csv', 'a/b');`,
      `fail('c/d');`,
      `new OptionError(\`e/\${f}\`, 'x');`,
    ].join('\n');
    expect(tree(source, '## a/b\n\n## c/d\n\n## e/*\n')).toEqual([]);
    expect(tree(source, '## a/b\n\n## c/d\n\n## e/one\n\n## e/two\n')).toEqual([]);
    expect(tree(source, '')).toHaveLength(3);
  });

  it('are found where one of several is chosen first', () => {
    const source = `const [code, text] = x ? ['data/a', 'train/loss'] : ['data/b', ''];\nthrow new OptionError(code, text);`;
    expect(tree(source, '## data/a\n\n## data/b\n')).toEqual([]);
  });

  it('must be literals', () => {
    expect(showFindings(tree(`throw new OptionError('a/' + b, 'x');`, ''))).toMatch(/literal/);
  });
});

describe('errors', () => {
  const tree = (source: string) =>
    checkDocs(
      fixtureTree({
        ...{ 'src/base/errors.ts': errors, 'src/nn/a.ts': source },
        'docs/errors.md': '## internal\n\n## a/b\n',
      }),
    );

  it('have a mend, written out or handed on', () => {
    const source = [
      `throw new OptionError('a/b', 'x', { place, mend: 'Give y.' });`,
      `throw new OptionError('a/b', 'x', { place, ...detail });`,
      `throw new OptionError('a/b', 'x', detail);`,
      `const { stack } = new Error();`,
    ].join('\n');
    expect(tree(source)).toEqual([]);
  });

  it('are found where they have none, and where they are none of ours', () => {
    const source = `new OptionError('a/b', 'x');\nnew OptionError('a/b', 'x', { place });\nthrow new TypeError('x');`;
    expect(rulesOf(tree(source))).toEqual([
      'src/nn/a.ts:1 error-mend',
      'src/nn/a.ts:2 error-mend',
      'src/nn/a.ts:3 error-mend',
    ]);
  });
});

describe('public names', () => {
  const tree = (files: Record<string, string>) =>
    checkDocs(fixtureTree({ 'src/base/errors.ts': errors, 'docs/errors.md': '## internal\n', ...files }));

  it('have a docstring where they are declared, however far the export goes', () => {
    const findings = tree({
      'src/index.ts': `export { good, bad as worse, type Shape } from './nn/index.ts';\n`,
      'src/nn/index.ts': `export { good, bad } from './a.ts';\nexport type { Shape } from './b.ts';\n`,
      'src/nn/a.ts': `/** The header of the file. */\n\nexport const bad = 1;\n/** Good. */\nfunction good() {}\nexport { good };\n`,
      'src/nn/b.ts': `import type { Shape } from './c.ts';\nexport type { Shape };\n`,
      'src/nn/c.ts': `// Not a docstring.\nexport interface Shape {}\n`,
    });
    expect(findings.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
      'src/nn/a.ts:3 "bad" is public and has no docstring',
      'src/nn/c.ts:2 "Shape" is public and has no docstring',
    ]);
  });

  it('are written out: no export *, and none without a declaration', () => {
    expect(
      rulesOf(
        tree({ 'src/nn/index.ts': `export * from './a.ts';\nexport { gone } from './a.ts';\n`, 'src/nn/a.ts': '' }),
      ),
    ).toEqual(['src/nn/index.ts:1 public', 'src/nn/index.ts:1 public']);
  });

  it('of internal files need none', () => {
    expect(tree({ 'src/nn/a.ts': 'export const a = 1;\n' })).toEqual([]);
  });
});

describe('links', () => {
  it('lead to files and headings that exist; code and the web are left alone', () => {
    const readme = [
      '# One',
      '[good](docs/a.md) [good](docs/a.md#two-words) [good](#one) [web](https://example.org/x)',
      '[bad](docs/b.md) [bad](docs/a.md#three) [bad](#four) `[code](gone.md)`',
      '```sh',
      '[code](gone.md)',
      '```',
    ].join('\n');
    const root = fixtureTree({ 'README.md': readme, 'docs/a.md': '## Two `words`!\n', 'docs/errors.md': '' });
    expect(rulesOf(checkDocs(root))).toEqual(Array(3).fill('README.md:3 link'));
  });
});

describe('snippets', () => {
  it('compile and run under the public name of the package; each fault is named with its line', () => {
    const fence = (kind: string, ...lines: string[]) => [`\`\`\`ts${kind}`, ...lines, '```', ''];
    const readme = [
      ...fence('', `import { one } from 'dolina';`, 'export const two: number = one + 1;'),
      ...fence(' run', `import { one } from 'dolina';`, `if (one !== 1) throw new Error('not one');`),
      ...fence('', `import { one } from 'dolina';`, 'export const text: string = one;'),
      ...fence(' run', `import { one } from 'dolina';`, `if (one === 1) throw new Error('one indeed');`),
      ...fence(' fragment', 'const … = nonsense'),
      ...fence(' runs', ''),
    ];
    const root = fixtureTree({
      'README.md': readme.join('\n'),
      'docs/errors.md': '',
      'package.json': JSON.stringify({ name: 'dolina', type: 'module', exports: { '.': './dist/index.js' } }),
      'tsconfig.json': JSON.stringify({
        compilerOptions: { module: 'NodeNext', strict: true, noEmit: true, types: [], allowJs: true, checkJs: true },
      }),
      'dist/index.js': 'export const one = 1;\n',
      'dist/index.d.ts': 'export declare const one: number;\n',
    });
    symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
    const findings = checkDocs(root);
    expect(rulesOf(findings)).toEqual(['README.md:25 snippet', 'README.md:13 snippet', 'README.md:17 snippet']);
    expect(findings[0]!.message).toContain('known are "run" and "fragment"');
    expect(findings[1]!.message).toContain(`Type 'number' is not assignable to type 'string'`);
    expect(findings[2]!.message).toContain('one indeed');
  });
});
