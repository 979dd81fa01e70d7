/**
 * Brings a clone to where its programs run: dependencies as the lock file says, then `dist` as the sources say. Each step
 * is left out where its result stands already. Needs nothing but Node: this runs before anything is installed.
 */

import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';

/** @typedef {(line: string) => void} Say */

/** Whether node_modules holds what the lock file names, in its versions. @param {string} root */
export function isInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  const sameVersion = (/** @type {string} */ path) => present[path]?.version === wanted[path]?.version;
  return (
    Object.entries(wanted).every(
      // Packages for other platforms are optional and stay out.
      ([path, { optional = false }]) => path === '' || sameVersion(path) || (optional && present[path] === undefined),
    ) && Object.keys(present).every((path) => wanted[path] !== undefined)
  );
}

/** @param {string} path @returns {Record<string, { version?: string, optional?: boolean }> | undefined} */
function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Installs from the lock file. No package needs its install script, so none is run. @param {string} root @param {Say} say */
export async function install(root, say) {
  if (isInstalled(root)) return true;
  say('installing the dependencies (npm ci)');
  // The npm that started us, by its own Node program: `npm` itself is a shell script on one system and a .cmd on another.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = npm?.endsWith('.js')
    ? await runCommand(process.execPath, [npm, ...args], { cwd: root })
    : await runCommand('npm', args, { cwd: root });
  if (code !== 0) say(output.trim());
  return code === 0;
}

/** What `dist` is made from, as one hash. @param {string} root */
function sourceHash(root) {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ path) => hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  const below = (/** @type {string} */ folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) below(path);
      else if (!/\.test\.ts$/.test(entry.name)) add(path);
    }
  };
  ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].forEach(add);
  below('src');
  return hash.digest('hex');
}

const stamp = '.source-hash';

/** @param {string} root */
export function isBuilt(root) {
  try {
    return readFileSync(join(root, 'dist', stamp), 'utf8') === sourceHash(root);
  } catch {
    return false;
  }
}

/**
 * Makes `dist` from nothing. It is built aside and then put in place, so a program that runs from `dist` never meets a
 * half of it, and a build that fails leaves the old one.
 * @param {string} root @param {Say} say
 */
export async function build(root, say) {
  const aside = join(root, `dist-${process.pid}`);
  const hash = sourceHash(root);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  try {
    const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', aside];
    const { code, output } = await runCommand(process.execPath, args, { cwd: root });
    if (code !== 0) {
      say(output.trim());
      return false;
    }
    // The program runs by its name, also where npm has not linked it.
    chmodSync(join(aside, 'cli/main.js'), 0o755);
    writeFileSync(join(aside, stamp), hash);
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    renameSync(aside, join(root, 'dist'));
    return true;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Installs and builds, each where it is needed; says on what it waits. @param {string} root @param {Say} say */
export async function prepare(root, say) {
  if (!(await install(root, say))) return false;
  if (isBuilt(root)) return true;
  say('building (tsc)');
  return build(root, say);
}
