/** Fails where the documentation and the source have drifted apart: error codes and mends, docstrings, links, code blocks. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodeFindings } from './docs/error-codes.mjs';
import { errorMendFindings } from './docs/error-mends.mjs';
import { linkFindings } from './docs/links.mjs';
import { publicNameFindings } from './docs/public-names.mjs';
import { snippetFindings } from './docs/snippets.mjs';
import { runAsProgram } from './finding.mjs';
import { filesBelow, sourceFiles } from './source-files.mjs';

/** @param {string} root @returns {import('./finding.mjs').Finding[]} */
export function checkDocs(root) {
  const files = sourceFiles(root);
  const top = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].filter((page) =>
    existsSync(join(root, page)),
  );
  const pages = [...top, ...filesBelow(root, 'docs', /\.md$/)];
  return [
    ...errorCodeFindings(root, files),
    ...errorMendFindings(files),
    ...publicNameFindings(files),
    ...linkFindings(root, pages),
    ...snippetFindings(root, pages),
  ];
}

runAsProgram(import.meta.url, () => checkDocs(process.cwd()));
