/** Brings what the tests use from outside npm: on Debian as root through apt-get; elsewhere it says what to install. */

import { existsSync } from 'node:fs';
import { runCommand } from './command.mjs';

/**
 * @typedef {object} SystemPackage
 * @property {string} name As Debian calls it.
 * @property {string} use What the tests do with it.
 * @property {readonly string[]} places Where it is, if it is there; any one suffices.
 */

/** @type {readonly SystemPackage[]} */
export const systemPackages = [
  {
    name: 'chromium',
    use: 'the tests in a browser',
    places: [
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/usr/bin/google-chrome',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
  },
  {
    name: 'dataset-fashion-mnist',
    use: 'the tests that train on Fashion-MNIST',
    places: ['/usr/share/datasets/fashion-mnist', '/usr/share/dataset-fashion-mnist'],
  },
];

const environment = { DEBIAN_FRONTEND: 'noninteractive', APT_LISTCHANGES_FRONTEND: 'none', NEEDRESTART_MODE: 'l' };

/**
 * @param {string} root
 * @param {(line: string) => void} say
 * @returns {Promise<{ name: string, reason: string }[]>} What is missing still, and why.
 */
export async function bringSystemPackages(root, say) {
  const missing = systemPackages.filter(({ places }) => !places.some((place) => existsSync(place)));
  if (missing.length === 0) return [];
  const skipped = (/** @type {SystemPackage} */ { name, use }, /** @type {string} */ why) => ({
    name: `system package ${name}`,
    reason: `${why}; ${use} need it`,
  });
  const isDebian = process.platform === 'linux' && existsSync('/usr/bin/apt-get');
  if (!isDebian || process.getuid?.() !== 0) {
    const why = isDebian ? 'not installed, and only root can: apt-get install' : 'not installed; install';
    return missing.map((item) => skipped(item, `${why} ${item.name}`));
  }
  /** @type {{ name: string, reason: string }[]} */
  const left = [];
  // One by one, so that one package that cannot be had does not keep the others away.
  for (const item of missing) {
    say(`installing ${item.name} (apt-get)`);
    const options = { cwd: root, env: environment, seconds: 600 };
    const args = ['install', '-y', '-q', '--no-install-recommends', item.name];
    let outcome = await runCommand('apt-get', args, options);
    if (outcome.code !== 0) {
      const update = await runCommand('apt-get', ['update', '-q'], options);
      outcome = update.code === 0 ? await runCommand('apt-get', args, options) : update;
    }
    if (outcome.code !== 0) left.push(skipped(item, `apt-get failed: ${lastError(outcome.output)}`));
  }
  return left;
}

/** @param {string} output */
function lastError(output) {
  const lines = output.trim().split('\n');
  return lines.findLast((line) => line.startsWith('E:')) ?? lines.at(-1) ?? 'no output';
}
