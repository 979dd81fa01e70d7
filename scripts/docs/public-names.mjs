/**
 * Every name that a public entry (an index file of src) exports has a docstring where it is declared. `DenseOptions` needs
 * none: it is explained with the function `dense` that takes it, and field by field.
 */

import { basename } from 'node:path';

/**
 * @typedef {import('../finding.mjs').Finding} Finding
 * @typedef {import('../source-files.mjs').SourceFile} SourceFile
 * @typedef {{ file: SourceFile, start: number, name: string }} Declaration
 */

/** @param {readonly SourceFile[]} files @returns {Finding[]} */
export function publicNameFindings(files) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  /** @type {Map<string, Finding>} */
  const findings = new Map();
  const add = (/** @type {SourceFile} */ file, /** @type {number} */ start, /** @type {string} */ message) => {
    const line = file.lineOf(start);
    findings.set(`${file.path}:${line}:${message}`, { file: file.path, line, rule: 'public', message });
  };
  for (const entry of files.filter((file) => /^index(\.node|\.web)?\.ts$/.test(basename(file.path)))) {
    if (entry.path.startsWith('src/cli/')) continue;
    for (const statement of entry.program.body) {
      // An entry for one platform has all of the entry for every platform, which names what it has.
      if (statement.type === 'ExportAllDeclaration') {
        if (basename(entry.path) !== 'index.ts' && statement.source.value === './index.ts') continue;
        add(entry, statement.start, 'an entry names what it exports; "export *" hides where a name comes from');
      }
    }
    for (const name of exportedNames(entry)) {
      const declaration = declarationOf(byPath, entry, name);
      if (declaration === undefined) {
        add(entry, 0, `exports "${name}", whose declaration was not found`);
      } else if (!name.endsWith('Options') && !hasDocstring(declaration)) {
        add(declaration.file, declaration.start, `"${declaration.name}" is public and has no docstring`);
      }
    }
  }
  return [...findings.values()];
}

/** @param {import('oxc-parser').ModuleExportName} node */
const nameOf = (node) => (node.type === 'Literal' ? node.value : node.name);

/** @param {SourceFile} file @returns {string[]} */
function exportedNames(file) {
  return file.program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration') return [];
    const declared = statement.declaration === null ? [] : declaredNames(statement.declaration);
    return [...statement.specifiers.map((specifier) => nameOf(specifier.exported)), ...declared];
  });
}

/** @param {import('oxc-parser').Declaration} node @returns {string[]} */
function declaredNames(node) {
  if (node.type === 'VariableDeclaration') {
    return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  }
  return 'id' in node && node.id?.type === 'Identifier' ? [node.id.name] : [];
}

/**
 * Where `name`, exported by `file`, is declared: follows re-exports, and imports that are exported again.
 * @param {ReadonlyMap<string, SourceFile>} byPath @param {SourceFile} file @param {string} name
 * @returns {Declaration | undefined}
 */
function declarationOf(byPath, file, name) {
  /** @param {string} specifier @param {string} other */
  const follow = (specifier, other) => {
    const target = file.imports.find((candidate) => candidate.specifier === specifier)?.target;
    const next = target === undefined ? undefined : byPath.get(target);
    return next === undefined ? undefined : declarationOf(byPath, next, other);
  };
  for (const statement of file.program.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue;
    if (statement.declaration !== null && declaredNames(statement.declaration).includes(name)) {
      return { file, start: statement.start, name };
    }
    const specifier = statement.specifiers.find(({ exported }) => nameOf(exported) === name);
    if (specifier === undefined) continue;
    const local = nameOf(specifier.local);
    return statement.source === null ? localDeclaration(file, local, follow) : follow(statement.source.value, local);
  }
  return undefined;
}

/**
 * @param {SourceFile} file @param {string} name
 * @param {(specifier: string, name: string) => Declaration | undefined} follow
 * @returns {Declaration | undefined}
 */
function localDeclaration(file, name, follow) {
  for (const statement of file.program.body) {
    if (statement.type === 'ImportDeclaration') {
      const specifier = statement.specifiers.find(({ local }) => local.name === name);
      if (specifier?.type === 'ImportSpecifier') return follow(statement.source.value, nameOf(specifier.imported));
    } else if (statement.type.endsWith('Declaration')) {
      const declaration = /** @type {import('oxc-parser').Declaration} */ (statement);
      if (declaredNames(declaration).includes(name)) return { file, start: statement.start, name };
    }
  }
  return undefined;
}

/** Whether a `/**` comment stands directly before the declaration. @param {Declaration} declaration */
function hasDocstring({ file, start }) {
  return file.comments.some(
    (comment) =>
      comment.type === 'Block' &&
      comment.value.startsWith('*') &&
      comment.end <= start &&
      file.text.slice(comment.end, start).trim() === '' &&
      !isFileHeader(file, comment.end, start),
  );
}

/** A comment at the top, with a blank line after it, speaks of the file. @param {SourceFile} file @param {number} end @param {number} start */
function isFileHeader(file, end, start) {
  return file.comments[0]?.end === end && /\n[ \t]*\n/.test(file.text.slice(end, start));
}
