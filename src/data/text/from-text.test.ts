import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { key } from '../../base/random.ts';
import { createBatches } from '../batches.ts';
import { readLabels } from '../blocks.ts';
import type { Dataset } from '../dataset.ts';
import { continuous } from '../sampler.ts';
import { split } from '../split.ts';
import { splitEnd } from '../split-end.ts';
import { fromText } from './from-text.ts';
import { checkVocabulary, decodeText, encodeText, vocabularyOf } from './vocabulary.ts';

function copied(set: Dataset, indices: ArrayLike<number>) {
  const size = indices.length * set.input.shape[0]!;
  const [input, target] = [new Int32Array(size), new Int32Array(size)];
  set.copy(indices, input, target);
  return { input, target };
}

describe('fromText', () => {
  it('gives pieces of the text and, as targets, the same pieces one character further', () => {
    const text = 'to be or not to be';
    const set = fromText(text, { length: 5 });
    expect([set.size, set.source]).toEqual([3, 'text in memory']);
    expect(set.vocabulary).toEqual({ characters: [' ', 'b', 'e', 'n', 'o', 'r', 't'] });
    expect(set.input).toEqual({ shape: [5], dtype: 'int32' });
    expect(set.target).toEqual({ shape: [5], dtype: 'int32', classes: 7 });
    const { input, target } = copied(set, [2, 0]);
    expect(Array.from(input)).toEqual([4, 6, 0, 6, 4, 6, 4, 0, 1, 2]); // "ot to" and "to be"
    expect(Array.from(target)).toEqual([6, 0, 6, 4, 0, 4, 0, 1, 2, 0]); // "t to " and "o be "
  });

  it('has an example at every multiple of the stride after which a target is left, for any text', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 9 }), (text, length, stride) => {
        const characters = [...text];
        fc.pre(characters.length > length);
        const set = fromText(text, { length, stride });
        const begins: number[] = [];
        for (let begin = 0; begin + length < characters.length; begin += stride) begins.push(begin);
        expect(set.size).toBe(begins.length);
        begins.forEach((begin, i) => {
          const { input, target } = copied(set, [i]);
          expect(decodeText(set.vocabulary, input)).toBe(characters.slice(begin, begin + length).join(''));
          expect(decodeText(set.vocabulary, target)).toBe(characters.slice(begin + 1, begin + length + 1).join(''));
        });
      }),
      { seed: 3 },
    );
  });

  it('keeps numbers above 255 where the vocabulary is that large', () => {
    const text = String.fromCodePoint(...Array.from({ length: 400 }, (_, i) => 0x4e00 + i));
    const { input, target } = copied(fromText(text, { length: 399 }), [0]);
    expect([input[398], target[398], input[255], input[256]]).toEqual([398, 399, 255, 256]);
  });

  it('numbers by the vocabulary that is given, and names a character that it lacks', () => {
    const vocabulary = { characters: ['b', 'a', '\n'] };
    expect(Array.from(copied(fromText('abba', { length: 3, vocabulary }), [0]).target)).toEqual([0, 0, 1]);
    expect(() => fromText('ab\nbcd', { length: 2, vocabulary, source: 'x.txt' })).toThrow(
      '"c" (U+0063), character 4 (counted from 0), in line 2, is not in the vocabulary (x.txt)',
    );
  });

  it('refuses a text that is too short, lengths below 1 and arrays that are too short', () => {
    expect(() => fromText('abc', { length: 3 })).toThrow('3 characters are no example of 3 and the one after');
    expect(() => fromText('abc', { length: 0 })).toThrow('length is 0');
    expect(() => fromText('abc', { length: 1, stride: 0 })).toThrow('stride is 0');
    expect(() => fromText('abc', { length: 1, strid: 1 } as never)).toThrow('Did you mean "stride"?');
    const set = fromText('abcdef', { length: 2 });
    expect(() => set.copy([0], new Int32Array(1), new Int32Array(2))).toThrow('input is a Int32Array of 1');
    expect(() => set.copy([0], new Int32Array(2), new Uint8Array(2))).toThrow('target is a Uint8Array of 2');
    expect(() => set.copy([2], new Int32Array(2), new Int32Array(2))).toThrow('there is no example 2');
  });

  it('has rows of labels, by which nothing can be stratified', () => {
    const set = fromText('abcabcabc', { length: 2 });
    expect(() => split(set, { count: 1, seed: 0, stratified: true })).toThrow('no class labels to stratify by');
    expect(() => readLabels(set)).toThrow('the targets of text are no class labels, one for each example');
  });
});

describe('continuous batches of text', () => {
  it('put together, each row of an epoch is one unbroken piece of the text, its targets one further', () => {
    const text = Array.from({ length: 1000 }, (_, i) => String.fromCharCode(97 + ((i * i) % 26))).join('');
    const set = fromText(text, { length: 7 }); // 142 examples
    const batches = createBatches({ size: set.size, batchSize: 5, sampler: continuous(), key: key(1) });
    const rows = Array.from({ length: 5 }, () => ({ input: '', target: '' }));
    for (let batch = 0; batch < batches.stepsPerEpoch; batch++) {
      const { input, target } = copied(set, batches.indices({ epoch: 2, batch }));
      rows.forEach((row, r) => {
        row.input += decodeText(set.vocabulary, input.subarray(r * 7, r * 7 + 7));
        row.target += decodeText(set.vocabulary, target.subarray(r * 7, r * 7 + 7));
      });
    }
    const span = 28 * 7;
    rows.forEach(({ input, target }, r) => {
      expect(input).toBe(text.slice(r * span, (r + 1) * span));
      expect(target).toBe(text.slice(r * span + 1, (r + 1) * span + 1));
    });
  });
});

describe('splitEnd', () => {
  it('holds the last examples out, in order and without those of the gap', () => {
    const set = fromText('abcdefghijklmnopqrstu', { length: 4, stride: 2 }); // 9 examples
    const { training, validation } = splitEnd(set, { count: 3, gap: 1 });
    const texts = (part: Dataset) =>
      Array.from({ length: part.size }, (_, i) => decodeText(set.vocabulary, copied(part, [i]).input));
    expect(texts(training)).toEqual(['abcd', 'cdef', 'efgh', 'ghij', 'ijkl']);
    expect(texts(validation)).toEqual(['mnop', 'opqr', 'qrst']);
    expect(splitEnd(set, { fraction: 0.3 }).validation.size).toBe(3);
  });

  it('refuses neither or both of fraction and count, and an empty part', () => {
    const set = fromText('abcdefgh', { length: 2 }); // 3 examples
    expect(() => splitEnd(set, {})).toThrow('one of fraction and count is needed');
    expect(() => splitEnd(set, { count: 1, fraction: 0.5 })).toThrow('one of fraction and count');
    expect(() => splitEnd(set, { count: 2, gap: 1 })).toThrow(
      '2 of 3 examples held out with 1 between leave one part empty',
    );
    expect(() => splitEnd(set, { fraction: 0.1 })).toThrow('0 of 3 examples held out leave');
  });
});

describe('vocabulary', () => {
  it('is undone by decode for any text, in the order of code points', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const vocabulary = vocabularyOf(text);
        const points = vocabulary.characters.map((character) => character.codePointAt(0)!);
        expect(points).toEqual([...points].sort((a, b) => a - b));
        expect(new Set(vocabulary.characters)).toEqual(new Set(text));
        expect(decodeText(vocabulary, encodeText(vocabulary, text))).toBe(text);
      }),
      { seed: 4 },
    );
    expect(vocabularyOf('z𝄞é').characters).toEqual(['z', 'é', '𝄞']);
    expect(() => decodeText(vocabularyOf('ab'), [0, 2])).toThrow('there is no character 2');
  });

  it('reads back from JSON, and refuses what is no list of characters', () => {
    const vocabulary = vocabularyOf('hello\n');
    expect(checkVocabulary('test', JSON.parse(JSON.stringify(vocabulary)))).toEqual(vocabulary);
    for (const [value, message] of [
      [null, 'the options are null (test: vocabulary)'],
      [{ characters: [] }, 'characters is [] (test: vocabulary)'],
      [{ characters: ['ab'] }, '"ab" in the vocabulary is no character'],
      [{ characters: ['a', 'a'] }, '"a" stands in characters twice'],
      [{ chars: ['a'] }, 'unknown option "chars"'],
    ] as const) {
      expect(() => checkVocabulary('test', value)).toThrow(message);
    }
  });
});
