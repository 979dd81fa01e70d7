/** Every code that the source throws has a heading in docs/errors.md, and every heading there a code that is thrown. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor } from 'oxc-parser';

/** @typedef {import('../finding.mjs').Finding} Finding @typedef {import('../source-files.mjs').SourceFile} SourceFile */

const page = 'docs/errors.md';
const rule = 'error-code';

/** @param {string} root @param {readonly SourceFile[]} files @returns {Finding[]} */
export function errorCodeFindings(root, files) {
  const source = files.filter((file) => !file.path.endsWith('.test.ts'));
  const classes = errorClasses(source);
  const passers = passersOn(source);
  /** @type {Finding[]} */
  const findings = [];
  /** @type {Map<string, { file: string, line: number }>} */
  const thrown = new Map();
  for (const file of source) {
    for (const { code, line } of codesOf(file, classes, passers)) {
      if (code === undefined) {
        findings.push({
          file: file.path,
          line,
          rule,
          message: 'the code of an error is a string literal, or a parameter named `code`',
        });
      } else if (!thrown.has(code)) thrown.set(code, { file: file.path, line });
    }
  }
  const headings = headingsOf(root);
  for (const [code, place] of thrown) {
    if ([...headings.keys()].some((heading) => covers(code, heading))) continue;
    findings.push({ ...place, rule, message: `"${code}" has no heading in ${page}` });
  }
  for (const [heading, line] of headings) {
    if ([...thrown.keys()].some((code) => covers(code, heading))) continue;
    findings.push({ file: page, line, rule, message: `nothing in src throws "${heading}"` });
  }
  return findings;
}

/** Whether `heading` is `code`, or one of the family that it stands for. @param {string} code @param {string} heading */
function covers(code, heading) {
  const parts = code.split('*').map((part) => part.replaceAll(/[^a-z0-9/-]/g, '\\$&'));
  return new RegExp(`^${parts.join('[a-z0-9*-]+')}$`).test(heading);
}

/** Names of the classes whose first argument is a code. @param {readonly SourceFile[]} files @returns {Set<string>} */
export function errorClasses(files) {
  const classes = new Set(['DolinaError']);
  const source = files.find((file) => file.path === 'src/base/errors.ts');
  if (source === undefined) return classes;
  new Visitor({
    ClassDeclaration(node) {
      const takesCode = node.body.body.every(
        (part) => part.type !== 'MethodDefinition' || part.kind !== 'constructor' || firstIsCode(part.value.params),
      );
      if (node.superClass?.type !== 'Identifier' || node.id === null || !takesCode) return;
      if (classes.has(node.superClass.name)) classes.add(node.id.name);
    },
  }).visit(source.program);
  return classes;
}

/** @param {readonly { type: string, name?: unknown }[]} parameters */
function firstIsCode([first]) {
  return first?.type === 'Identifier' && first.name === 'code';
}

/** Areas of codes: the first half of each. */
const areas = new Set([
  'arena',
  'clip',
  'data',
  'engine',
  'experiment',
  'gradient',
  'graph',
  'option',
  'optimizer',
  'rule',
  'schedule',
  'shape',
]);

/**
 * Functions that take a code and throw it: `file:name` → place of the parameter `code`.
 * @param {readonly SourceFile[]} files
 */
function passersOn(files) {
  /** @type {Map<string, number>} */
  const passers = new Map();
  for (const file of files) {
    /** @param {string | undefined} name @param {{ params: readonly import('oxc-parser').ParamPattern[], start: number, end: number }} node */
    const add = (name, { params, start, end }) => {
      const index = params.findIndex((param) => param.type === 'Identifier' && param.name === 'code');
      const throwsIt = /new \w+Error\(\s*code\b/.test(file.text.slice(start, end));
      if (index >= 0 && throwsIt) passers.set(`${file.path}:${name}`, index);
    };
    new Visitor({
      FunctionDeclaration: (node) => add(node.id?.name, node),
      VariableDeclarator(node) {
        if (node.id.type === 'Identifier' && node.init?.type === 'ArrowFunctionExpression')
          add(node.id.name, node.init);
      },
    }).visit(file.program);
  }
  return passers;
}

/** Where each imported name of a file comes from: local name → `file:name`. @param {SourceFile} file */
function importedNames(file) {
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const statement of file.program.body) {
    if (statement.type !== 'ImportDeclaration') continue;
    const target = file.imports.find(({ specifier }) => specifier === statement.source.value)?.target;
    for (const specifier of statement.specifiers) {
      if (specifier.type !== 'ImportSpecifier' || specifier.imported.type !== 'Identifier') continue;
      names.set(specifier.local.name, `${target}:${specifier.imported.name}`);
    }
  }
  return names;
}

/**
 * The codes of one file; `undefined` for one that cannot be read off the source. What a template fills in is a `*`:
 * `shape/${name}` is the family `shape/*`.
 * @param {SourceFile} file @param {ReadonlySet<string>} classes @param {ReadonlyMap<string, number>} passers
 */
function codesOf(file, classes, passers) {
  /** @type {{ code: string | undefined, line: number }[]} */
  const found = [];
  /** @type {{ code: string, line: number }[]} */
  const spelled = [];
  let passes = false;
  const imported = importedNames(file);
  /** @param {import('oxc-parser').Argument | undefined} argument @param {number} line */
  const add = (argument, line) => {
    if (argument?.type === 'ConditionalExpression') {
      add(argument.consequent, line);
      add(argument.alternate, line);
    } else if (argument?.type === 'TemplateLiteral') {
      found.push({ code: argument.quasis.map((part) => part.value.cooked).join('*'), line });
    } else if (passesOn(argument)) {
      passes = true;
    } else {
      const literal = argument?.type === 'Literal' && typeof argument.value === 'string';
      found.push({ code: literal ? String(argument.value) : undefined, line });
    }
  };
  new Visitor({
    Literal(node) {
      if (typeof node.value !== 'string' || !/^[a-z]+\/[a-z0-9-]+$/.test(node.value)) return;
      spelled.push({ code: node.value, line: file.lineOf(node.start) });
    },
    NewExpression(node) {
      if (node.callee.type !== 'Identifier' || !classes.has(node.callee.name)) return;
      add(node.arguments[0], file.lineOf(node.start));
    },
    CallExpression(node) {
      const line = file.lineOf(node.start);
      if (node.callee.type === 'Super' && file.path === 'src/base/errors.ts') {
        if (node.arguments[0]?.type === 'Literal') add(node.arguments[0], line);
      } else if (node.callee.type === 'Identifier') {
        const index = passers.get(imported.get(node.callee.name) ?? `${file.path}:${node.callee.name}`);
        if (index !== undefined) add(node.arguments[index], line);
      }
    },
  }).visit(file.program);
  // Where a code is chosen first and thrown later, what is spelled like one of a known area is one.
  return passes ? [...found, ...spelled.filter(({ code }) => areas.has(code.split('/')[0] ?? ''))] : found;
}

/** `code` itself, or `error.code`: it came from where it is checked. @param {import('oxc-parser').Argument | undefined} node */
function passesOn(node) {
  const name = node?.type === 'MemberExpression' ? node.property : node;
  return name?.type === 'Identifier' && name.name === 'code';
}

/** Headings `## area/name` of the page, and their lines. @param {string} root */
function headingsOf(root) {
  /** @type {Map<string, number>} */
  const headings = new Map();
  readFileSync(join(root, page), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const code = /^## `?([a-z0-9*-]+(?:\/[a-z0-9*-]+)?)`?\s*$/.exec(line)?.[1];
      if (code !== undefined) headings.set(code, index + 1);
    });
  return headings;
}
