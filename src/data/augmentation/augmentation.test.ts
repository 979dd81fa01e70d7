import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../base/dtype.ts';
import { fold, key, RandomStream } from '../../base/random.ts';
import type { DataDtype } from '../dataset.ts';
import { fromArrays } from '../from-arrays.ts';
import type { ImageChange, ImageForm } from './augmentation.ts';
import { createAugmenter } from './augmenter.ts';
import { cutout, cutoutRow } from './cutout.ts';
import { randomCrop, randomCropRow } from './random-crop.ts';
import { randomErase, randomEraseRow } from './random-erase.ts';
import { randomFlip, randomFlipRow } from './random-flip.ts';
import { augmentations, readAugmentations } from './table.ts';

/** A stream that gives the numbers listed, one after the other, as its uniforms. */
function scripted(...uniforms: number[]): RandomStream {
  return { uniform: () => uniforms.shift()! } as RandomStream;
}

function form(channels: number, height: number, width: number, dtype: DataDtype = 'uint8'): ImageForm {
  return { channels, height, width, dtype, background: Array.from({ length: channels }, (_, c) => 200 + c) };
}

type Pixel = (channel: number, y: number, x: number) => number;

/** A whole image by a formula for its pixels. */
function image({ channels, height, width }: ImageForm, pixel: Pixel): number[] {
  const values: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values.push(pixel(c, y, x));
  }
  return values;
}

const numbered =
  ({ height, width }: ImageForm): Pixel =>
  (c, y, x) =>
    1 + ((c * height + y) * width + x);

/** Applies a change to the middle one of three images and checks that its neighbours stay. */
function changed(change: ImageChange, at: ImageForm, stream: RandomStream): number[] {
  const size = at.channels * at.height * at.width;
  const values = new Uint8Array(3 * size).fill(7);
  values.set(image(at, numbered(at)), size);
  change(values, size, stream);
  expect(values.subarray(0, size).every((value) => value === 7)).toBe(true);
  expect(values.subarray(2 * size).every((value) => value === 7)).toBe(true);
  return Array.from(values.subarray(size, 2 * size));
}

const forms = [form(1, 5, 4), form(3, 4, 5), form(2, 3, 3), form(1, 6, 3)];

describe('randomCrop', () => {
  it('is out[y, x] = in[y + dy, x + dx], or the fill outside, for every shift of several images', () => {
    for (const at of forms) {
      const padding = Math.min(at.height, at.width) - 1;
      const fill = at.background.map((_, channel) => 100 + channel);
      const change = randomCropRow.prepare(randomCrop({ padding, fill }), at);
      const places = 2 * padding + 1;
      for (let dy = -padding; dy <= padding; dy++) {
        for (let dx = -padding; dx <= padding; dx++) {
          const stream = scripted((dy + padding + 0.5) / places, (dx + padding + 0.5) / places);
          const wanted = image(at, (c, y, x) => {
            const inside = y + dy >= 0 && y + dy < at.height && x + dx >= 0 && x + dx < at.width;
            return inside ? numbered(at)(c, y + dy, x + dx) : fill[c]!;
          });
          expect(changed(change, at, stream)).toEqual(wanted);
        }
      }
    }
  });

  it('takes all (2·padding + 1)² places equally often: chi-square over 25 places of 25 000 draws below 60', () => {
    const at = form(1, 5, 5);
    const change = randomCropRow.prepare(randomCrop({ padding: 2, fill: 0 }), at);
    const stream = new RandomStream(key(3));
    const counts = new Map<number, number>();
    for (let i = 0; i < 25_000; i++) {
      const values = Uint8Array.from(image(at, numbered(at)));
      change(values, 0, stream);
      const centre = values[12]!;
      counts.set(centre, (counts.get(centre) ?? 0) + 1);
    }
    expect(counts.size).toBe(25);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(60); // 24 degrees of freedom: exceeded once in about 16 000 seeds.
  });

  it('refuses a border as wide as the image, and fills that bytes cannot hold', () => {
    expect(() => randomCropRow.prepare(randomCrop({ padding: 4 }), form(1, 4, 5))).toThrow(
      'padding is 4 for images of 4×5 (randomCrop). Give at most 3.',
    );
    expect(() => randomCropRow.prepare(randomCrop({ fill: 256 }), form(1, 8, 8))).toThrow('fill is 256');
    expect(() => randomCropRow.prepare(randomCrop({ fill: [1, 2] }), form(3, 8, 8))).toThrow(
      'fill has 2 numbers for 3 channels',
    );
    expect(() => randomCrop({ fill: 'black' as never })).toThrow('fill is "black"');
  });
});

describe('randomFlip', () => {
  it('is out[y, x] = in[y, width − 1 − x] below the probability, and nothing from it on', () => {
    for (const at of forms) {
      const change = randomFlipRow.prepare(randomFlip({ probability: 0.3 }), at);
      expect(changed(change, at, scripted(0.29))).toEqual(image(at, (c, y, x) => numbered(at)(c, y, at.width - 1 - x)));
      expect(changed(change, at, scripted(0.3))).toEqual(image(at, numbered(at)));
    }
  });
});

describe('cutout', () => {
  it('fills the square around every centre, cut off at the borders, with the mean of each channel', () => {
    for (const at of forms) {
      for (const size of [1, 2, 3, 20]) {
        const change = cutoutRow.prepare(cutout({ size }), at);
        for (let cy = 0; cy < at.height; cy++) {
          for (let cx = 0; cx < at.width; cx++) {
            const inside = (at: number, centre: number) =>
              at >= centre - Math.floor(size / 2) && at < centre - Math.floor(size / 2) + size;
            const wanted = image(at, (c, y, x) =>
              inside(y, cy) && inside(x, cx) ? at.background[c]! : numbered(at)(c, y, x),
            );
            const stream = scripted(0.9, (cy + 0.5) / at.height, (cx + 0.5) / at.width);
            expect(changed(change, at, stream)).toEqual(wanted);
          }
        }
      }
    }
    const at = form(1, 3, 3);
    expect(changed(cutoutRow.prepare(cutout({ probability: 0.9 }), at), at, scripted(0.9))).toEqual(
      image(at, numbered(at)),
    );
  });
});

describe('randomErase', () => {
  it('fills a rectangle of the area, shape and place that were drawn', () => {
    const at = form(2, 8, 10);
    const change = randomEraseRow.prepare(randomErase({ area: [0.1, 0.5], aspect: 0.25, fill: 9 }), at);
    // area 0.1 + 0.25 · 0.4 = 0.2 of 80 is 16; ratio 0.25^(1 − 2 · 0.5) = 1: 4 × 4, at (0.99 · 5, 0.5 · 7) = (4, 3).
    const erased = (c: number, y: number, x: number) =>
      y >= 4 && y < 8 && x >= 3 && x < 7 ? 9 : numbered(at)(c, y, x);
    expect(changed(change, at, scripted(0.1, 0.25, 0.5, 0.99, 0.5))).toEqual(image(at, erased));
    // ratio 0.25^0.5 = 0.5 with area 0.4 · 80 = 32: height 4, width 8, at (0, 2).
    const second = (c: number, y: number, x: number) => (y < 4 && x >= 2 ? 9 : numbered(at)(c, y, x));
    expect(changed(change, at, scripted(0.1, 0.75, 0.25, 0, 0.9))).toEqual(image(at, second));
    // ratio 0.25^−1 = 4 with area 40: height 13 does not fit, so the next pair is taken: the first rectangle again.
    expect(changed(change, at, scripted(0.1, 1, 1, 0.25, 0.5, 0.99, 0.5))).toEqual(image(at, erased));
    expect(changed(change, at, scripted(0.5))).toEqual(image(at, numbered(at)));
  });

  it('erases half of the images, 2 % to 40 % of each where the rectangle can be that small, tall as often as wide', () => {
    const at = form(1, 32, 32);
    const change = randomEraseRow.prepare(randomErase({ fill: 1 }), at);
    const stream = new RandomStream(key(4));
    let [erasedImages, tall, wide] = [0, 0, 0];
    for (let i = 0; i < 4000; i++) {
      const values = new Uint8Array(1024);
      change(values, 0, stream);
      const area = values.reduce((sum, value) => sum + value, 0);
      if (area === 0) continue;
      erasedImages++;
      expect(area).toBeGreaterThan(0.015 * 1024);
      expect(area).toBeLessThan(0.42 * 1024);
      const first = values.indexOf(1);
      let width = 0;
      while (values[first + width] === 1 && (first + width) % 32 >= first % 32) width++;
      const height = area / width;
      if (height > width) tall++;
      if (width > height) wide++;
    }
    expect(Math.abs(erasedImages - 2000)).toBeLessThan(6 * Math.sqrt(1000));
    expect(Math.abs(tall - wide)).toBeLessThan(6 * Math.sqrt(2000));
  });

  it('refuses areas and aspects that make no rectangle', () => {
    expect(() => randomErase({ area: [0.5, 0.2] })).toThrow('area[1] is 0.2');
    expect(() => randomErase({ area: [0, 0.2] })).toThrow('area[0] is 0');
    expect(() => randomErase({ area: 0.2 as never })).toThrow('area is 0.2');
    expect(() => randomErase({ aspect: 2 })).toThrow('aspect is 2');
  });
});

describe('createAugmenter', () => {
  const all = [randomCrop({ padding: 2 }), randomFlip(), randomErase(), cutout({ size: 2 })];
  const dataset = fromArrays({
    input: Uint8Array.from({ length: 6 * 2 * 8 * 8 }, (_, i) => (i * 7) % 256),
    inputShape: [2, 8, 8],
    target: [0, 1, 2, 0, 1, 2],
    classes: 3,
    normalization: { scale: 1 / 255, mean: [0.2, 0.9], deviation: [1, 1] },
  });

  function batch(length: number): HostArray {
    const input = new Uint8Array(6 * 128);
    dataset.copy(
      Uint32Array.from({ length }, (_, i) => i),
      input,
      new Int32Array(6),
    );
    return input;
  }

  it('gives at any step the same pixels, whichever steps and batches came before', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.array(fc.nat(50), { maxLength: 6 }), fc.nat(50), (seed, before, step) => {
        const walked = createAugmenter(all, dataset, key(seed));
        for (const earlier of before) walked(batch(1 + (earlier % 6)), 1 + (earlier % 6), earlier);
        const [a, b] = [batch(6), batch(6)];
        walked(a, 6, step);
        createAugmenter(all, dataset, key(seed))(b, 6, step);
        expect(a).toEqual(b);
      }),
      { seed: 2, numRuns: 50 },
    );
  });

  it('treats each row by itself: a smaller batch is the front of a larger one, and the rest stays', () => {
    const augment = createAugmenter(all, dataset, key(1));
    const [few, many] = [batch(6), batch(6)];
    augment(few, 2, 9);
    augment(many, 6, 9);
    expect(few.subarray(0, 256)).toEqual(many.subarray(0, 256));
    expect(few.subarray(256)).toEqual(batch(6).subarray(256));
  });

  it('draws otherwise for another step, another key and another row of equal images', () => {
    const augment = (seed: number, step: number) => {
      const input = new Uint8Array(2 * 128);
      for (let i = 0; i < 256; i++) input[i] = i % 128;
      createAugmenter([randomCrop({ padding: 7 })], dataset, key(seed))(input, 2, step);
      return [input.slice(0, 128), input.slice(128)];
    };
    const [first, second] = augment(1, 1);
    expect(first).not.toEqual(second);
    expect(augment(1, 2)[0]).not.toEqual(first);
    expect(augment(2, 1)[0]).not.toEqual(first);
  });

  it('applies its list in order, by draws that do not depend on what stands before in the list being used', () => {
    const flipped = createAugmenter([randomFlip({ probability: 1 })], dataset, key(1));
    const cropped = createAugmenter([randomCrop({ padding: 3 })], dataset, key(1));
    const both = createAugmenter([randomCrop({ padding: 3 }), randomFlip({ probability: 1 })], dataset, key(1));
    const [a, b] = [batch(1), batch(1)];
    cropped(a, 1, 0);
    flipped(a, 1, 0);
    both(b, 1, 0);
    expect(b).toEqual(a);
  });

  it('takes the mean of the normalization, in stored values, for the fill "mean": 51 and 230 of 255', () => {
    const input = batch(1);
    createAugmenter([cutout({ size: 32 })], dataset, fold(key(1), 'x'))(input, 1, 0);
    expect(new Set(input.subarray(0, 64))).toEqual(new Set([51]));
    expect(new Set(input.subarray(64, 128))).toEqual(new Set([230])); // 0.9 · 255 = 229.5
  });

  it('refuses examples that are no images', () => {
    const rows = fromArrays({ input: [[1, 2]], target: [0], name: 'rows' });
    expect(() => createAugmenter([randomFlip()], rows, key(0))).toThrow('examples of rows have the shape [2]');
  });
});

describe('readAugmentations', () => {
  it('reads back what each builder made and JSON kept, frozen', () => {
    const given = [randomCrop({ fill: [1, 2, 3] }), randomFlip(), randomErase(), cutout()];
    const read = readAugmentations(JSON.parse(JSON.stringify(given)));
    expect(read).toEqual(given);
    expect(read.every((part) => Object.isFrozen(part))).toBe(true);
    expect(given.map(({ augmentation }) => augmentation)).toEqual(Object.keys(augmentations));
  });

  it.each<readonly [unknown, string]>([
    [{}, 'augmentation is {}'],
    [[{ augmentation: 'randomflip' }], 'Did you mean "randomFlip"?'],
    [[{}], '{} is no augmentation'],
    [[{ augmentation: 'randomFlip', probabilty: 1 }], 'Did you mean "probability"?'],
    [[{ augmentation: 'randomCrop', padding: 0 }], 'padding is 0'],
    [[{ augmentation: 'cutout', size: 1.5 }], 'size is 1.5'],
    [[{ augmentation: 'toString' }], 'is no augmentation'],
  ])('refuses %j', (value, message) => {
    expect(() => readAugmentations(value)).toThrow(message);
  });
});
