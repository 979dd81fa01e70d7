/**
 * Fails where the source leaves the layers and invariants that ARCHITECTURE.md states: imports that its table does not
 * allow (type imports included), cycles among files, Node's modules outside their places, and what the library must not
 * do (write to the console, read the environment, draw random numbers of its own, throw errors of its own making).
 */

import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { Visitor } from 'oxc-parser';
import { runAsProgram } from './finding.mjs';
import { importCycles } from './import-cycles.mjs';
import { layerTable } from './layer-table.mjs';
import { filesBelow, sourceFiles } from './source-files.mjs';

/** @typedef {import('./finding.mjs').Finding} Finding @typedef {import('./source-files.mjs').SourceFile} SourceFile */

const longestFile = 600;

/** Files that are one table and may be longer than `longestFile` lines. */
const declaredTables = new Set(/** @type {string[]} */ ([]));

const shapelessNames = /^(utils?|commons?|helpers?|misc|base)$/i;

/** Packages that only Node can load. */
const nodePackages = new Set(['onnxruntime-node', 'koffi']);

/** @param {string} path */
const isTest = (path) => path.endsWith('.test.ts');
/** @param {string} path */
const isNodeOnly = (path) => path.startsWith('src/cli/') || path.endsWith('.node.ts');
/** @param {string} path @returns {string | undefined} `src/graph/op.ts` → `graph`; nothing for `src/index.ts`. */
const folderOf = (path) => /^src\/([^/]+)\//.exec(path)?.[1];

/**
 * @param {string} root
 * @param {{ tables?: ReadonlySet<string> }} [options]
 * @returns {Finding[]}
 */
export function checkLayers(root, { tables = declaredTables } = {}) {
  const table = layerTable(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
  const files = sourceFiles(root);
  const source = files.filter((file) => !isTest(file.path));
  return [
    ...files.flatMap((file) => importFindings(file, table)),
    ...cycleFindings(source),
    ...reachFindings(source),
    ...source.filter((file) => folderOf(file.path) !== 'cli').flatMap(libraryFindings),
    ...sourceFiles(root, 'examples').flatMap(exampleFindings),
    ...nameAndLengthFindings(root, tables),
  ];
}

/** Examples are read as users' code: public entries, and the type of what an example is. @param {SourceFile} file @returns {Finding[]} */
function exampleFindings({ path, imports }) {
  return imports
    .filter(({ specifier }) => !/^dolina(\/|$)/.test(specifier) && specifier !== './example.ts')
    .map(({ specifier, line }) => {
      const message = `imports "${specifier}"; an example imports public entries of dolina only`;
      return { file: path, line, rule: 'example', message };
    });
}

/** @param {SourceFile} file @param {ReadonlyMap<string, ReadonlySet<string>>} table @returns {Finding[]} */
function importFindings(file, table) {
  const from = folderOf(file.path);
  /** @type {Finding[]} */
  const findings = [];
  const add = (/** @type {number} */ line, /** @type {string} */ rule, /** @type {string} */ message) =>
    findings.push({ file: file.path, line, rule, message });
  if (from !== undefined && !table.has(from)) {
    add(1, 'layers', `the folder "${from}" has no row in ARCHITECTURE.md's table`);
  }
  if (isTest(file.path)) return findings;
  for (const { specifier, target, line } of file.imports) {
    if ((isBuiltin(specifier) || nodePackages.has(specifier)) && !isNodeOnly(file.path)) {
      add(line, 'node', `imports "${specifier}"; only src/cli and files named *.node.ts may`);
    }
    if (specifier === 'dolina' || specifier.startsWith('dolina/')) {
      add(line, 'layers', `imports the public entry "${specifier}"; import the file that declares the name`);
    }
    if (target === undefined) continue;
    if (isTest(target)) add(line, 'layers', `imports the test ${target}`);
    if (!target.startsWith('src/')) add(line, 'layers', `imports ${target}, which lies outside src`);
    const to = folderOf(target);
    if (from === undefined || to === from || !target.startsWith('src/')) continue;
    if (to === undefined)
      add(line, 'layers', `${from} imports ${target}; the entries of src import, nothing imports them`);
    else if (!table.get(from)?.has(to)) add(line, 'layers', `${from} may not import ${to} (ARCHITECTURE.md, Layers)`);
  }
  return findings;
}

/** @param {readonly SourceFile[]} files @returns {Finding[]} */
function cycleFindings(files) {
  const edges = new Map(files.map((file) => [file.path, file.imports.flatMap(({ target }) => target ?? [])]));
  return importCycles(edges).map((group) => {
    const first = /** @type {SourceFile} */ (files.find((file) => file.path === group[0]));
    const line = first.imports.find(({ target }) => target !== undefined && group.includes(target))?.line ?? 1;
    const message = `files import one another: ${[...group, group[0]].join(' → ')}`;
    return { file: first.path, line, rule: 'cycle', message };
  });
}

/** An index.ts is for every platform: nothing it reaches may be a *.node.ts. @param {readonly SourceFile[]} files @returns {Finding[]} */
function reachFindings(files) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return files
    .filter((file) => basename(file.path) === 'index.ts')
    .flatMap((entry) => {
      /** @type {Finding[]} */
      const findings = [];
      const seen = new Set([entry.path]);
      /** @param {SourceFile} file @param {number | undefined} entryLine @param {readonly string[]} way */
      const visit = (file, entryLine, way) => {
        for (const { target, line } of file.imports) {
          const next = target === undefined ? undefined : byPath.get(target);
          if (next === undefined || seen.has(next.path)) continue;
          seen.add(next.path);
          const steps = [...way, next.path];
          if (next.path.endsWith('.node.ts')) {
            findings.push({
              file: entry.path,
              line: entryLine ?? line,
              rule: 'entry',
              message: `an index.ts must not reach a *.node.ts: ${steps.join(' → ')}`,
            });
          } else visit(next, entryLine ?? line, steps);
        }
      };
      visit(entry, undefined, [entry.path]);
      return findings;
    });
}

const streams = new Set(['env', 'stdout', 'stderr', 'stdin', 'argv', 'exit', 'exitCode']);
const builtInErrors = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'AggregateError']);

/** What a library must leave to its caller. @param {SourceFile} file @returns {Finding[]} */
function libraryFindings(file) {
  /** @type {Finding[]} */
  const findings = [];
  const add = (/** @type {number} */ start, /** @type {string} */ rule, /** @type {string} */ message) =>
    findings.push({ file: file.path, line: file.lineOf(start), rule, message });
  new Visitor({
    Identifier(node) {
      if (node.name === 'console') add(node.start, 'quiet', 'the library does not write to the console');
    },
    MemberExpression(node) {
      if (node.property.type !== 'Identifier' || node.computed) return;
      const owner = node.object.type === 'MemberExpression' ? node.object.property : node.object;
      const path = owner.type === 'Identifier' ? `${owner.name}.${node.property.name}` : '';
      if (owner.type === 'Identifier' && owner.name === 'process' && streams.has(node.property.name)) {
        add(node.start, 'quiet', `the library does not use ${path}; take it as an option`);
      }
      if (path === 'Math.random') add(node.start, 'random', 'draw from a key of src/base/random.ts, not Math.random');
    },
    ClassDeclaration(node) {
      if (node.superClass?.type !== 'Identifier' || !node.superClass.name.endsWith('Error')) return;
      if (folderOf(file.path) !== 'base') add(node.start, 'errors', 'error classes stand in src/base/errors.ts');
    },
    ThrowStatement(node) {
      const thrown = node.argument;
      if (thrown.type !== 'NewExpression' || thrown.callee.type !== 'Identifier') return;
      if (!builtInErrors.has(thrown.callee.name)) return;
      add(node.start, 'errors', `throws ${thrown.callee.name}; throw a class of src/base/errors.ts, with a code`);
    },
  }).visit(file.program);
  return findings;
}

/** @param {string} root @param {ReadonlySet<string>} tables @returns {Finding[]} */
function nameAndLengthFindings(root, tables) {
  const paths = ['src', 'test', 'scripts', 'examples', 'bench', 'lab'].flatMap((folder) =>
    filesBelow(root, folder, /\.(ts|tsx|js|mjs|cjs)$/),
  );
  return paths.flatMap((path) => {
    /** @type {Finding[]} */
    const findings = [];
    const parts = path.split('/');
    const stem = (parts.at(-1) ?? '').split('.')[0] ?? '';
    const shapeless = [...parts.slice(1, -1).filter((part) => part !== 'base'), stem].find((p) =>
      shapelessNames.test(p),
    );
    if (shapeless !== undefined) {
      const message = `"${shapeless}" names no idea; name the file for its main export`;
      findings.push({ file: path, line: 1, rule: 'name', message });
    }
    const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1;
    if (lines > longestFile && !tables.has(path)) {
      const message = `${lines} lines, more than ${longestFile}; split it, or declare it a table in scripts/check-layers.mjs`;
      findings.push({ file: path, line: longestFile + 1, rule: 'length', message });
    }
    return findings;
  });
}

runAsProgram(import.meta.url, () => checkLayers(process.cwd()));
