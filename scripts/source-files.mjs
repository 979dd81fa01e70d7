/** Reads and parses the TypeScript files of a folder: what the checks of layers and docs both look at. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/**
 * @typedef {object} Import
 * @property {string} specifier As written.
 * @property {string | undefined} target The file it means, relative to the root, where the specifier is relative.
 * @property {number} line
 *
 * @typedef {object} SourceFile
 * @property {string} path Relative to the root, with forward slashes.
 * @property {string} text
 * @property {import('oxc-parser').Program} program
 * @property {readonly import('oxc-parser').Comment[]} comments
 * @property {readonly Import[]} imports Static, dynamic, re-exports and `import('…')` types, in order of lines.
 * @property {(offset: number) => number} lineOf
 */

/**
 * Paths below `folder`, sorted, relative to `root`; nothing where the folder does not exist.
 * @param {string} root @param {string} folder @param {RegExp} pattern
 * @returns {string[]}
 */
export function filesBelow(root, folder, pattern) {
  /** @type {import('node:fs').Dirent[]} */
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(root, path, pattern);
      return pattern.test(entry.name) ? [path] : [];
    });
}

/**
 * Every `.ts` file below `folder`, parsed.
 * @param {string} root @param {string} [folder]
 * @returns {SourceFile[]}
 */
export function sourceFiles(root, folder = 'src') {
  return filesBelow(root, folder, /\.ts$/).map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')));
}

/** @param {string} path @param {string} text @returns {SourceFile} */
export function sourceFile(path, text) {
  const { program, comments } = parseSync(path, text);
  const lineOf = lineFinder(text);
  /** @type {Import[]} */
  const imports = [];
  /** @param {{ type: string, start: number } | null | undefined} source */
  const add = (source) => {
    if (source?.type !== 'Literal' || !('value' in source) || typeof source.value !== 'string') return;
    const specifier = source.value;
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
    imports.push({ specifier, target, line: lineOf(source.start) });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
  }).visit(program);
  imports.sort((a, b) => a.line - b.line);
  return { path, text, program, comments, imports, lineOf };
}

/** @param {string} text @returns {(offset: number) => number} */
function lineFinder(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (/** @type {number} */ (starts[middle]) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
