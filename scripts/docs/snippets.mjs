/**
 * The TypeScript blocks of the Markdown pages hold: each ```ts block compiles against the built package, under its
 * public name, and each ```ts run block also runs. A block that is no whole program says ```ts fragment.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {import('../finding.mjs').Finding} Finding
 * @typedef {{ page: string, line: number, text: string, run: boolean }} Snippet
 */

const kinds = new Set(['', 'run', 'fragment']);

/** @param {string} root @param {readonly string[]} pages @returns {Finding[]} */
export function snippetFindings(root, pages) {
  /** @type {Finding[]} */
  const findings = [];
  const snippets = pages.flatMap((page) => snippetsOf(page, readFileSync(join(root, page), 'utf8'), findings));
  if (snippets.length === 0) return findings;
  if (!existsSync(join(root, 'dist/index.js'))) {
    const { page, line } = /** @type {Snippet} */ (snippets[0]);
    return [
      ...findings,
      { file: page, line, rule: 'snippet', message: 'cannot be compiled: run "npm run build" first' },
    ];
  }
  // Inside the package, so that its own name resolves through the exports of package.json, as it does for users.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache/snippets-'));
  try {
    return [...findings, ...compileAndRun(root, folder, snippets)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} page @param {string} markdown @param {Finding[]} findings @returns {Snippet[]} */
export function snippetsOf(page, markdown, findings) {
  return [...markdown.matchAll(/^```ts([^\n]*)\n(.*?)^```$/gms)].flatMap((match) => {
    const kind = (match[1] ?? '').trim();
    const line = markdown.slice(0, match.index).split('\n').length + 1;
    if (!kinds.has(kind)) {
      findings.push({
        file: page,
        line: line - 1,
        rule: 'snippet',
        message: `\`\`\`ts ${kind}: known are "run" and "fragment"`,
      });
      return [];
    }
    return kind === 'fragment' ? [] : [{ page, line, text: match[2] ?? '', run: kind === 'run' }];
  });
}

/** @param {string} root @param {string} folder @param {readonly Snippet[]} snippets @returns {Finding[]} */
function compileAndRun(root, folder, snippets) {
  snippets.forEach((snippet, index) => {
    writeFileSync(join(folder, `snippet-${index}.ts`), `${snippet.text}\nexport {};\n`);
  });
  const options = { noEmit: false, outDir: 'out', rootDir: '.', allowJs: false, checkJs: false, noUnusedLocals: false };
  const config = { extends: '../../tsconfig.json', compilerOptions: options, include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const compiled = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const errors = [...compiled.stdout.matchAll(/snippet-(\d+)\.ts\((\d+),\d+\): error (.*)/g)];
  if (compiled.status !== 0 && errors.length === 0) {
    return [
      { file: 'README.md', line: 1, rule: 'snippet', message: `tsc: ${compiled.stdout}${compiled.stderr}`.trim() },
    ];
  }
  /** @type {Finding[]} */
  const findings = errors.map(([, index, line, message = '']) => {
    const snippet = /** @type {Snippet} */ (snippets[Number(index)]);
    return { file: snippet.page, line: snippet.line + Number(line) - 1, rule: 'snippet', message };
  });
  snippets.forEach((snippet, index) => {
    if (!snippet.run || errors.some((error) => Number(error[1]) === index)) return;
    const program = join(folder, 'out', `snippet-${index}.js`);
    const ran = spawnSync(process.execPath, [program], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    if (ran.status === 0) return;
    const message = `fails when run: ${(ran.stderr.trim() || `signal ${ran.signal}`).split('\n').slice(-12).join('\n    ')}`;
    findings.push({ file: snippet.page, line: snippet.line, rule: 'snippet', message });
  });
  return findings;
}
