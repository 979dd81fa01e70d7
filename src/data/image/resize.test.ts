import { describe, expect, it } from 'vitest';
import type { Picture } from './decode-image.ts';
import { type Fit, resizeInto } from './resize.ts';

function picture(width: number, height: number, value: (y: number, x: number, channel: number) => number): Picture {
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < rgb.length; i++) rgb[i] = value(Math.floor(i / 3 / width), Math.floor(i / 3) % width, i % 3);
  return { width, height, rgb };
}

function resized(of: Picture, height: number, width: number, channels: 1 | 3 = 3, fit: Fit = 'stretch'): number[] {
  const output = new Uint8Array(2 + channels * height * width);
  resizeInto(output, 2, of, { height, width }, channels, fit);
  expect(Array.from(output.subarray(0, 2))).toEqual([0, 0]);
  return Array.from(output.subarray(2));
}

const mixed = (y: number, x: number, channel: number) => (53 * y + 91 * x + 17 * channel + 3 * x * y) % 256;

describe('resizeInto', () => {
  it('keeps every pixel at the same size, as planes', () => {
    const wanted = [0, 1, 2].flatMap((c) => [0, 1, 2].flatMap((y) => [0, 1, 2, 3].map((x) => mixed(y, x, c))));
    expect(resized(picture(4, 3, mixed), 3, 4)).toEqual(wanted);
  });

  it('averages over blocks where the size divides, and over shares of pixels where it does not', () => {
    const whole = picture(6, 4, mixed);
    const block = (c: number, y: number, x: number) => {
      let sum = 0;
      for (let i = 0; i < 2; i++) for (let j = 0; j < 3; j++) sum += mixed(2 * y + i, 3 * x + j, c);
      return Math.round(sum / 6);
    };
    const wanted = [0, 1, 2].flatMap((c) => [0, 1].flatMap((y) => [0, 1].map((x) => block(c, y, x))));
    expect(resized(whole, 2, 2)).toEqual(wanted);
    // Three pixels to two: (2/3)·a + (1/3)·b, then (1/3)·b + (2/3)·c.
    const row = picture(3, 1, (_, x) => [30, 60, 120][x]!);
    expect(resized(row, 1, 2).slice(0, 2)).toEqual([40, 100]);
  });

  it('interpolates between the centres of pixels where it enlarges', () => {
    const row = picture(2, 1, (_, x) => [0, 100][x]!);
    // Centres at 0.125·2 − 0.5 = −0.25, 0.25, 0.75 and 1.25 pixels, held at the borders.
    expect(resized(row, 1, 4).slice(0, 4)).toEqual([0, 25, 75, 100]);
    expect(
      resized(
        picture(1, 1, () => 7),
        3,
        2,
        1,
      ),
    ).toEqual([7, 7, 7, 7, 7, 7]);
  });

  it('cuts the middle out, of wide and of tall pictures', () => {
    const wide = picture(8, 2, mixed);
    const middle = picture(2, 2, (y, x, c) => mixed(y, x + 3, c));
    expect(resized(wide, 2, 2, 3, 'crop')).toEqual(resized(middle, 2, 2));
    const tall = picture(4, 9, mixed); // 4 wide and 2 high at half size: rows 2.5 to 6.5 become 2.
    const rows = (from: number[], x: number, c: number) =>
      from.reduce((sum, weight, y) => sum + weight * (mixed(y, 2 * x, c) + mixed(y, 2 * x + 1, c)), 0) / 4;
    const wanted = [0, 1, 2].flatMap((c) =>
      [
        [0, 0, 0.5, 1, 0.5],
        [0, 0, 0, 0, 0.5, 1, 0.5],
      ].flatMap((weights) => [0, 1].map((x) => Math.round(rows(weights, x, c)))),
    );
    expect(resized(tall, 2, 2, 3, 'crop')).toEqual(wanted);
  });

  it('gives the brightness 0.299·red + 0.587·green + 0.114·blue as one channel', () => {
    const colours = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [9, 9, 9],
    ];
    expect(
      resized(
        picture(4, 1, (_, x, c) => colours[x]![c]!),
        1,
        4,
        1,
      ),
    ).toEqual([76, 150, 29, 9]);
  });
});
