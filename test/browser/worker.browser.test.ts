import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { CnnFixture } from '../fixtures/train/cnn.ts';
import { chromiumMissing, runInBrowser } from './run-in-browser.ts';
import type { TrainedInWorker } from './worker.page.ts';

const fixture: CnnFixture = JSON.parse(readFileSync(new URL('../fixtures/train/cnn.json', import.meta.url), 'utf8'));

it.for([true, false])(
  "trains in a Web Worker along PyTorch's float64 trajectory within 2e-4, the page responsive, in a page that is cross-origin isolated: %s",
  { timeout: 300_000 },
  async (isolated, context) => {
    if (chromiumMissing !== undefined) context.skip(chromiumMissing);
    const entry = fileURLToPath(new URL('./worker.page.ts', import.meta.url));
    const page = await runInBrowser<TrainedInWorker>({ entry, input: fixture, isolated, timeout: 280_000 });
    expect(page.isolated).toBe(isolated);
    expect(page.threads).toEqual(['worker', 'caller']);
    expect(page.losses).toHaveLength(30);
    page.losses.forEach((loss, i) => {
      expect(Math.abs(loss - fixture.runs.adam!.losses[i]!)).toBeLessThan(2e-4);
    });
    expect(page.same).toBe(true);
    expect(page.turns.worker).toBeGreaterThan(2 * page.turns.caller);
    expect(page.ended).toBe('stopped: enough');
  },
);
