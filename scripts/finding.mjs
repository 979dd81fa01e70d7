/** What a check found: a place, the rule it breaks, and a sentence. One form for all checks, so all print alike. */

import { pathToFileURL } from 'node:url';

/**
 * @typedef {object} Finding
 * @property {string} file
 * @property {number} line
 * @property {string} rule
 * @property {string} message
 */

/** @param {readonly Finding[]} findings @returns {string} One line each: `file:line  rule  sentence`. */
export function showFindings(findings) {
  return findings
    .map((finding) => `${finding.file}:${finding.line}  ${finding.rule}  ${finding.message}`)
    .sort()
    .join('\n');
}

/** Whether `module`, the caller's `import.meta.url`, is what Node was started with. @param {string} module */
export function runsAsProgram(module) {
  return process.argv[1] !== undefined && module === pathToFileURL(process.argv[1]).href;
}

/**
 * Runs a check as a program if `module` is the one that Node was started with: prints and sets the exit code.
 * @param {string} module The caller's `import.meta.url`.
 * @param {() => readonly Finding[]} check
 */
export function runAsProgram(module, check) {
  if (!runsAsProgram(module)) return;
  const findings = check();
  if (findings.length === 0) return;
  process.stderr.write(`${showFindings(findings)}\n`);
  process.exitCode = 1;
}
