import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLabels } from '../blocks.ts';
import { readImages } from './read-images.node.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dolina-images-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A PNG of one colour, 3 wide and 2 high. */
function png(red: number, green: number, blue: number): Uint8Array {
  return encode({
    width: 3,
    height: 2,
    channels: 3,
    data: Uint8Array.from({ length: 18 }, (_, i) => [red, green, blue][i % 3]!),
  });
}

async function lay(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

describe('readImages', () => {
  it('numbers the folders in sorted order and reads their pictures by name, whatever else lies there', async () => {
    await lay({
      ...{ 'b/2.PNG': png(4, 5, 6), 'b/1.png': png(1, 2, 3), 'a/x.jpg': png(7, 8, 9), 'Z/x.png': png(0, 0, 255) },
      ...{ 'b/notes.txt': 'none', 'b/.hidden.png': 'none', 'readme.md': 'none', '.git/x': 'none' },
    });
    const set = await readImages(folder, { size: [2, 2] });
    expect(set.classNames).toEqual(['Z', 'a', 'b']);
    expect([set.name, set.size, set.source]).toEqual(['images', 4, `the folder ${folder}`]);
    expect(set.input).toEqual({ shape: [3, 2, 2], dtype: 'uint8' });
    expect(Array.from(readLabels(set))).toEqual([0, 1, 2, 2]);
    const input = new Uint8Array(24);
    set.copy([2, 3], input, new Int32Array(2));
    expect(Array.from(input)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6]);
    const gray = await readImages(folder, { size: [1, 1], colours: 'gray', classNames: ['b', 'a', 'Z', 'none'] });
    expect([gray.input.shape, gray.target.classes]).toEqual([[1, 1, 1], 4]);
    expect(Array.from(readLabels(gray))).toEqual([2, 1, 0, 0]);
    const first = new Uint8Array(1);
    gray.copy([0], first, new Int32Array(1));
    expect(first[0]).toBe(29);
  });

  it('names the file or folder that is wrong', async () => {
    await expect(readImages(join(folder, 'none'), { size: [2, 2] })).rejects.toThrow(
      `there is no such folder (${join(folder, 'none')})`,
    );
    await expect(readImages(folder, { size: [2, 2] })).rejects.toThrow('there are no folders of classes');
    await lay({ 'a/x.png': png(1, 2, 3), 'b/x.txt': 'none' });
    await expect(readImages(folder, { size: [2, 2] })).rejects.toThrow(
      `there is no picture in the folder of a class (${join(folder, 'b')})`,
    );
    await lay({ 'b/x.png': png(1, 2, 3).subarray(0, -20) });
    await expect(readImages(folder, { size: [2, 2] })).rejects.toMatchObject({
      code: 'data/image',
      place: join(folder, 'b', 'x.png'),
    });
    await expect(readImages(folder, { size: [2, 2], classNames: ['a'] })).rejects.toThrow(
      'the folder "b" is none of the classes',
    );
  });

  it('refuses options that are unknown or out of range', async () => {
    await expect(readImages(folder, {} as never)).rejects.toThrow('size is missing');
    await expect(readImages(folder, { size: [2] } as never)).rejects.toThrow('size is [2]');
    await expect(readImages(folder, { size: [2, 0] })).rejects.toThrow('size[1] is 0');
    await expect(readImages(folder, { size: [2, 2], fit: 'fill' } as never)).rejects.toThrow('fit is "fill"');
    await expect(readImages(folder, { size: [2, 2], colors: 'gray' } as never)).rejects.toThrow(
      'Did you mean "colours"?',
    );
  });
});
