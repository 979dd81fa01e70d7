/** Relative links of the Markdown pages lead to files that exist, and to headings that exist in them. */

import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** @typedef {import('../finding.mjs').Finding} Finding */

/** @param {string} root @param {readonly string[]} pages @returns {Finding[]} */
export function linkFindings(root, pages) {
  return pages.flatMap((page) => {
    /** @type {Finding[]} */
    const findings = [];
    const lines = withoutFences(readFileSync(join(root, page), 'utf8'));
    lines.forEach((line, index) => {
      for (const [, link = ''] of line.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(link)) continue;
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : posix.join(posix.dirname(page), path);
        const problem = !existsSync(join(root, target))
          ? `links to ${target}, which does not exist`
          : anchor !== undefined && target.endsWith('.md') && !anchorsOf(root, target).has(anchor)
            ? `links to #${anchor}, which is no heading of ${target}`
            : undefined;
        if (problem !== undefined) findings.push({ file: page, line: index + 1, rule: 'link', message: problem });
      }
    });
    return findings;
  });
}

/** The lines of a page, those inside code fences emptied. @param {string} markdown */
function withoutFences(markdown) {
  let fenced = false;
  return markdown.split('\n').map((line) => {
    const fence = line.trimStart().startsWith('```');
    if (fence) fenced = !fenced;
    return fenced || fence ? '' : line.replaceAll(/`[^`]*`/g, '');
  });
}

/** The anchors that headings get on the web: lower case, spaces to hyphens, other signs dropped. @param {string} root @param {string} page */
function anchorsOf(root, page) {
  return new Set(
    readFileSync(join(root, page), 'utf8')
      .split('\n')
      .flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? [])
      .map((heading) =>
        heading
          .trim()
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
          .replaceAll(' ', '-'),
      ),
  );
}
