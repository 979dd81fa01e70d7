/** PNG and JPEG files to pixels, told apart by their first bytes. The decoders are loaded when the first file needs them. */

import { DataError } from '../../base/errors.ts';

/** Red, green and blue of every pixel, row by row, 0 to 255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Above this a header is taken for damaged: it would claim more memory than a picture of a data set needs. */
const mostPixels = 100_000_000;

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8;
}

/** Samples of a pixel by the colour type of a PNG: gray, RGB, palette, gray and alpha, RGBA. */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Deflate packs no tighter. Where a file is shorter than its pixels need, no room is made for them. */
const tightest = 1032;

/** The first value of each pixel's `channels`, or its first three. */
function toRgb(values: ArrayLike<number>, channels: number, level: (value: number) => number): Uint8Array {
  const pixels = values.length / channels;
  const rgb = new Uint8Array(3 * pixels);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  for (let i = 0; i < pixels; i++) {
    const at = i * channels;
    rgb[3 * i] = level(values[at]!);
    rgb[3 * i + 1] = level(values[at + green]!);
    rgb[3 * i + 2] = level(values[at + blue]!);
  }
  return rgb;
}

const damaged = 'The file is damaged: replace it, or take it out of the folder.';

function refusal(kind: string, why: string, file: string, mend = damaged, cause?: unknown): DataError {
  return new DataError('data/image', `the ${kind} cannot be read: ${why}`, { place: file, mend, cause });
}

async function decodePng(bytes: Uint8Array, file: string): Promise<Picture> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) throw refusal('PNG', 'it ends within its header', file);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width * height > mostPixels) throw refusal('PNG', `it is said to have ${width}×${height} pixels`, file);
  const bits = width * height * view.getUint8(24) * (samples[view.getUint8(25)] ?? 1);
  if (bits / 8 > tightest * bytes.length) {
    throw refusal('PNG', `${bytes.length} bytes are too few for ${width}×${height} pixels`, file);
  }
  if (view.getUint8(28) !== 0 && view.getUint8(24) < 8) {
    const mend = 'Save it without interlacing.';
    throw refusal('PNG', 'interlaced files with fewer than 8 bits for a value are not understood', file, mend);
  }
  const { convertIndexedToRgb, decode } = await import('fast-png');
  const png = decode(bytes, { checkCrc: true });
  const { depth, palette } = png;
  if (png.width !== width || png.height !== height || width * height === 0) {
    throw refusal('PNG', 'its header is not its own', file);
  }
  const same = (value: number) => value;
  if (palette !== undefined && view.getUint8(25) === 3) {
    const colours = palette.map(([red = 0, green = 0, blue = 0]) => [red, green, blue]);
    return { width, height, rgb: toRgb(convertIndexedToRgb({ ...png, palette: colours }), 3, same) };
  }
  if (depth < 8) {
    const top = 2 ** depth - 1;
    const grays = Array.from({ length: top + 1 }, (_, level) => new Array<number>(3).fill((level * 255) / top));
    return { width, height, rgb: toRgb(convertIndexedToRgb({ ...png, palette: grays }), 3, same) };
  }
  const level = depth === 16 ? (value: number) => Math.round(value / 257) : same;
  return { width, height, rgb: toRgb(png.data, png.channels, level) };
}

async function decodeJpeg(bytes: Uint8Array, file: string): Promise<Picture> {
  const { decode } = (await import('jpeg-js')).default;
  const maxResolutionInMP = mostPixels / 1e6;
  const options = { useTArray: true, formatAsRGBA: false, tolerantDecoding: false, maxResolutionInMP } as const;
  const { width, height, data } = decode(bytes, { ...options, maxMemoryUsageInMB: 2048 });
  if (width * height === 0 || data.length !== 3 * width * height) throw refusal('JPEG', 'it has no pixels', file);
  return { width, height, rgb: data };
}

/**
 * The pixels of a PNG or JPEG file. Gray becomes equal red, green and blue; what is transparent is shown as if it were
 * not; 16 bits are rounded to 8; a rotation noted beside the pixels (EXIF) is not carried out.
 *
 * @throws DataError `data/image` naming the file where it is of another kind or damaged.
 */
export async function decodeImage(bytes: Uint8Array, file: string): Promise<Picture> {
  const kind = isPng(bytes) ? 'PNG' : isJpeg(bytes) ? 'JPEG' : undefined;
  if (kind === undefined) {
    throw new DataError('data/image', 'the file is neither PNG nor JPEG', {
      place: file,
      mend: 'Convert it, or take it out of the folder.',
    });
  }
  try {
    return await (kind === 'PNG' ? decodePng(bytes, file) : decodeJpeg(bytes, file));
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw refusal(kind, why, file, damaged, cause);
  }
}
