import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../base/errors.ts';
import { key, RandomStream } from '../../base/random.ts';
import { decodeImage } from './decode-image.ts';

interface Stored {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly rgb: string;
}
const fixture = new URL('../../../test/fixtures/data/images.json', import.meta.url);
const images = JSON.parse(readFileSync(fixture, 'utf8')) as Readonly<Record<string, Stored>>;
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const refused = 'png black and white interlaced';
const named = (kind: string) => Object.entries(images).filter(([name]) => name.startsWith(kind) && name !== refused);

describe('decodeImage', () => {
  it.each(named('png'))('gives exactly the pixels that Pillow does: %s', async (name, stored) => {
    const { width, height, rgb } = await decodeImage(bytesOf(stored.file), name);
    expect([width, height]).toEqual([stored.width, stored.height]);
    expect(rgb).toEqual(bytesOf(stored.rgb));
  });

  it.each(named('jpeg'))('gives the pixels that Pillow does, within 1 of 255: %s', async (name, stored) => {
    const { width, height, rgb } = await decodeImage(bytesOf(stored.file), name);
    expect([width, height]).toEqual([stored.width, stored.height]);
    const wanted = bytesOf(stored.rgb);
    expect(rgb.length).toBe(wanted.length);
    for (let i = 0; i < wanted.length; i++) expect(Math.abs(rgb[i]! - wanted[i]!)).toBeLessThanOrEqual(1);
  });

  it('refuses other kinds, and what the decoder would read wrongly, naming the file', async () => {
    await expect(decodeImage(new TextEncoder().encode('GIF89a'), 'x.png')).rejects.toThrow(
      'the file is neither PNG nor JPEG (x.png)',
    );
    await expect(decodeImage(bytesOf(images[refused]!.file), 'x.png')).rejects.toThrow(
      'the PNG cannot be read: interlaced files with fewer than 8 bits for a value are not understood (x.png)',
    );
    const huge = bytesOf(images['png rgb']!.file);
    huge.set([0, 1, 0, 0, 0, 1, 0, 0], 16);
    await expect(decodeImage(huge, 'x.png')).rejects.toThrow('it is said to have 65536×65536 pixels');
  });

  it('gives a picture or a DataError for 800 files with bytes changed or cut off, and nothing else', async () => {
    const stream = new RandomStream(key(21));
    const files = Object.values(images).map(({ file }) => bytesOf(file));
    let damaged = 0;
    for (let i = 0; i < 800; i++) {
      const whole = files[i % files.length]!;
      const bytes = whole.slice(0, stream.integer(4) === 0 ? stream.integer(whole.length) : whole.length);
      for (let n = 1 + stream.integer(4); n > 0 && bytes.length > 2; n--) {
        bytes[2 + stream.integer(bytes.length - 2)] = stream.integer(256);
      }
      try {
        const { width, height, rgb } = await decodeImage(bytes, 'x');
        expect(rgb.length).toBe(3 * width * height);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        expect((error as DataError).message).toContain('(x)');
        damaged++;
      }
    }
    expect(damaged).toBeGreaterThan(400);
  });

  it('makes no room for pixels that a PNG of so few bytes cannot hold', async () => {
    const png = Buffer.from(images['png rgb']!.file, 'base64');
    png.writeUInt32BE(9000, 16);
    png.writeUInt32BE(9000, 20);
    const message = `${png.length} bytes are too few for 9000×9000 pixels (a.png)`;
    await expect(decodeImage(png, 'a.png')).rejects.toThrow(message);
  });
});
