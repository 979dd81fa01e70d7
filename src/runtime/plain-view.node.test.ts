import { afterEach, describe, expect, it, vi } from 'vitest';
import { plainViews } from './plain-view.node.ts';

afterEach(() => {
  vi.doUnmock('koffi');
  vi.resetModules();
});

describe('a plain view of shared memory', () => {
  it('is an ArrayBuffer on the same bytes, of small memory and of large', async (context) => {
    const views = await plainViews();
    if (views === undefined) context.skip('koffi is not installed, or may make no buffers here');
    for (const pages of [1, 100]) {
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
      const bytes = views!.of(memory);
      expect(bytes).toBeInstanceOf(ArrayBuffer);
      expect(bytes.byteLength).toBe(pages * 65_536);
      new Float32Array(memory.buffer)[999] = 2.5;
      expect(new Float32Array(bytes)[999]).toBe(2.5);
      new Float32Array(bytes).fill(-1);
      expect(new Float32Array(memory.buffer).every((x) => x === -1)).toBe(true);
    }
  });

  it('is not to be had without koffi, nor where it cannot make buffers; the engine then has no pool', async () => {
    const broken = () => {
      throw new Error('external buffers are not allowed');
    };
    for (const koffi of [broken, () => ({ default: { address: () => 0n, load: broken, view: broken } })]) {
      vi.resetModules();
      vi.doMock('koffi', koffi);
      expect(await (await import('./plain-view.node.ts')).plainViews()).toBeUndefined();
      const engine = await (await import('./ort.node.ts')).cpuEngine();
      expect(engine.pool).toBeUndefined();
      await engine.release();
    }
  });
});
