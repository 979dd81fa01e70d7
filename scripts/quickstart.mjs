/** `npm run quickstart`: from a fresh clone to a trained network. Options after `--` go to `dolina train`. */

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.mjs';
import { prepare } from './prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// The run answers to a signal: it finishes its step and leaves a valid run directory, then we pass its code on.
process.on('SIGINT', () => {});

if (await prepare(root, (line) => process.stderr.write(`${line}\n`))) {
  const args = ['dist/cli/main.js', 'train', 'fashion-mnist-cnn', ...process.argv.slice(2)];
  const { code } = await runCommand(process.execPath, args, { cwd: root, passThrough: true });
  process.exitCode = code;
} else {
  process.exitCode = 1;
}
