import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openLargePages } from './large-pages.node.ts';

const setting = '/sys/kernel/mm/transparent_hugepage/enabled';
const given = existsSync(setting) && readFileSync(setting, 'latin1').includes('[madvise]');

/** MiB of this process in large pages. */
function inLargePages(): number {
  const found = /AnonHugePages:\s+(\d+) kB/.exec(readFileSync('/proc/self/smaps_rollup', 'latin1'));
  return Number(found![1]) / 1024;
}

describe('large pages', () => {
  it('are asked for where the system gives them on request, and nowhere else', async () => {
    const koffi = await import('koffi').catch(() => undefined);
    expect((await openLargePages()) !== undefined).toBe(given && koffi !== undefined);
  });

  it('hold memory that was asked for before it was written to, and what the process came to hold since a mark', async (context) => {
    const pages = await openLargePages();
    if (pages === undefined) context.skip(`${setting} is not "madvise" here`);
    const before = inLargePages();
    const memory = new WebAssembly.Memory({ initial: 1024, maximum: 1024, shared: true });
    pages!.request(new Uint8Array(memory.buffer));
    new Uint8Array(memory.buffer).fill(1);
    const requested = inLargePages();
    if (requested === before) context.skip('the system has no large pages left');
    expect(requested - before).toBeGreaterThan(40);

    const old = new Uint8Array(2 ** 26).fill(2);
    const move = pages!.mark();
    const young = new Uint8Array(2 ** 26).fill(3);
    move();
    expect([old.every((byte) => byte === 2), young.every((byte) => byte === 3)]).toEqual([true, true]);
    const moved = inLargePages() - requested;
    if (moved === 0) context.skip('the system moves no memory to large pages');
    expect(moved).toBeGreaterThan(40);
  });
});
