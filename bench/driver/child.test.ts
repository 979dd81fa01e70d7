import { expect, test } from 'vitest';
import { Refusal, startChild } from './child.mjs';

const system = (script: string) => startChild({ program: process.execPath, args: ['-e', script] });
const echo = `
  process.stdin.on('data', () => { console.log('a library talks'); console.log('@bench {"ok":true,"values":[1]}'); });
`;

test('a system answers, and its other talk is passed over', async () => {
  const child = system(echo);
  expect(await child.ask({ command: 'check' }, 30)).toEqual({ ok: true, values: [1] });
  await child.stop();
});

test('a refusal carries the first line of its reason', async () => {
  const child = system(
    `process.stdin.once('data', () => console.log('@bench ' + JSON.stringify({ ok: false, reason: 'no kernel\\n  at x' })))`,
  );
  await expect(child.ask({ command: 'check' }, 30)).rejects.toThrow(/^no kernel$/);
  await child.stop();
});

test('a process that dies says its last words, then and at every later question', async () => {
  const child = system(`process.stdin.once('data', () => { console.error('out of memory'); process.exit(3); })`);
  for (let i = 0; i < 2; i++) {
    const asked = child.ask({ command: 'run' }, 30);
    await expect(asked).rejects.toBeInstanceOf(Refusal);
    await expect(asked).rejects.toThrow('its process ended (code 3): out of memory');
  }
  await child.stop();
});

test('a program that does not exist is a refusal', async () => {
  const child = startChild({ program: 'no-such-program-of-the-benchmark', args: [] });
  await expect(child.ask({ command: 'run' }, 30)).rejects.toBeInstanceOf(Refusal);
  await child.stop();
});

test('a silent system is given up', async () => {
  const child = system('process.stdin.resume()');
  await expect(child.ask({ command: 'run' }, 0.5)).rejects.toThrow('no answer to "run" in 0.5 s');
  await child.stop();
});
