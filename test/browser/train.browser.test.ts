import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { CnnFixture } from '../fixtures/train/cnn.ts';
import { chromiumMissing, runInBrowser } from './run-in-browser.ts';
import type { TrainedInPage } from './train.page.ts';

const fixture: CnnFixture = JSON.parse(readFileSync(new URL('../fixtures/train/cnn.json', import.meta.url), 'utf8'));

it("trains a CNN in headless Chromium along PyTorch's float64 trajectory within 2e-4 over 30 steps", async (context) => {
  if (chromiumMissing !== undefined) context.skip(chromiumMissing);
  const entry = fileURLToPath(new URL('./train.page.ts', import.meta.url));
  const page = await runInBrowser<TrainedInPage>({ entry, input: fixture });
  const expected = fixture.runs.adam!;
  expect(page.engine).toMatch(/^onnxruntime-web /);
  expect(page.losses).toHaveLength(30);
  page.losses.forEach((loss, i) => {
    expect(Math.abs(loss - expected.losses[i]!)).toBeLessThan(2e-4);
  });
  for (const [name, values] of Object.entries(page.final)) {
    values.forEach((value, i) => {
      expect(Math.abs(value - expected.final[name]![i]!)).toBeLessThan(2e-4);
    });
  }
  expect(page.error).toBeCloseTo(expected.evaluation.error, 6);
  expect(page.onnxBytes).toBeGreaterThan(1000);
});
