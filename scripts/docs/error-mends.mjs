/**
 * Every error that the source throws is one of ours, and says what the reader can do: no `throw new Error(…)`, and no
 * DolinaError without a mend.
 */

import { Visitor } from 'oxc-parser';
import { errorClasses } from './error-codes.mjs';

/** @typedef {import('../finding.mjs').Finding} Finding @typedef {import('../source-files.mjs').SourceFile} SourceFile */

const rule = 'error-mend';
const home = 'src/base/errors.ts';
const foreign = /^(Error|TypeError|RangeError|SyntaxError|ReferenceError|EvalError|AggregateError)$/;

/** Where no mend is passed, and why. @type {Readonly<Record<string, string>>} */
const without = {
  'src/cli/run-experiment.ts': 'the reason of a diverged run, which the training loop wrote with its mend',
};

/** @param {readonly SourceFile[]} files @returns {Finding[]} */
export function errorMendFindings(files) {
  const source = files.filter((file) => !file.path.endsWith('.test.ts') && file.path !== home);
  const classes = errorClasses(files);
  /** @type {Finding[]} */
  const findings = [];
  for (const file of source) {
    const add = (/** @type {number} */ start, /** @type {string} */ message) =>
      findings.push({ file: file.path, line: file.lineOf(start), rule, message });
    new Visitor({
      ThrowStatement({ start, argument }) {
        if (argument.type !== 'NewExpression' || argument.callee.type !== 'Identifier') return;
        const { name } = argument.callee;
        if (!foreign.test(name)) return;
        add(start, `throws ${name}: throw an error of ${home}, with a code, the values, the place and the mend`);
      },
      NewExpression(node) {
        if (node.callee.type !== 'Identifier') return;
        const { name } = node.callee;
        if (classes.has(name) && !(file.path in without) && !hasMend(node.arguments[2])) {
          add(node.start, `a ${name} without a mend: say what the reader can do`);
        }
      },
    }).visit(file.program);
  }
  return findings;
}

/** A detail that is computed or spread has it, for all that can be read off the source. @param {import('oxc-parser').Argument | undefined} detail */
function hasMend(detail) {
  if (detail?.type !== 'ObjectExpression') return detail !== undefined;
  return detail.properties.some(
    (property) =>
      property.type === 'SpreadElement' || (property.key.type === 'Identifier' && property.key.name === 'mend'),
  );
}
