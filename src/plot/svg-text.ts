/** Numbers and words as they stand in an SVG file. */

import type { Position } from './polyline.ts';

export const round = (value: number) => Math.round(value * 10) / 10;
export const point = ([x, y]: Position) => `${round(x)} ${round(y)}`;
export const minus = (label: string) => label.replaceAll('-', '−');

export function markup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
