import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { livenessOf, thisProcess } from './run-process.node.ts';

describe('livenessOf', () => {
  it('finds this process alive', () => {
    expect(livenessOf(thisProcess())).toBe('alive');
  });

  it('finds a process dead once it was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const recorded = { ...thisProcess(), pid: child.pid! };
    expect(livenessOf(recorded)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(livenessOf(recorded)).toBe('dead');
  });

  it('takes a younger process that was given the same number for another one', (context) => {
    if (!existsSync('/proc/self/stat')) context.skip('this system does not say when a process began');
    expect(livenessOf({ pid: process.pid, host: hostname(), since: '2020-01-01T00:00:00.000Z' })).toBe('dead');
  });

  it('knows nothing of another machine, or of a run that recorded no process', () => {
    expect(livenessOf({ ...thisProcess(), host: `not-${hostname()}` })).toBe('unknown');
    expect(livenessOf(undefined)).toBe('unknown');
  });
});
