/** Text, character by character, as a data set: each example is a piece of it, its target the same piece one further. */

import type { HostArray } from '../../base/dtype.ts';
import { DataError } from '../../base/errors.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { checkStaging } from '../check-staging.ts';
import type { Dataset } from '../dataset.ts';
import { checkVocabulary, encodeText, type Vocabulary, vocabularyOf } from './vocabulary.ts';

export interface TextOptions {
  /** Characters in an example, at least 1: the steps of time that a recurrent layer sees at once. */
  readonly length: number;
  /** From the beginning of an example to that of the next, at least 1. Default `length`: they follow one another. */
  readonly stride?: number;
  /** Default: the characters that occur in the text. */
  readonly vocabulary?: Vocabulary;
  readonly name?: string;
  readonly source?: string;
}

/** A data set of text, with the meaning of its numbers. */
export interface TextDataset extends Dataset {
  readonly vocabulary: Vocabulary;
}

export const textOptionNames = ['length', 'stride', 'vocabulary', 'name', 'source'] as const;

const place = 'fromText';

/**
 * Text as examples for predicting the next character: example i has the characters i·stride to i·stride + length − 1 as
 * input (int32 [length], by their numbers in the vocabulary), and the characters one further as target (int32 [length]).
 * What is left at the end, shorter than an example, is left out. Characters are Unicode code points.
 *
 * @throws OptionError for unknown options; DataError where the text is shorter than length + 1 characters, or has one
 * that the vocabulary lacks.
 * @example
 * const set = fromText('to be or not to be', { length: 5 });   // 3 examples: 'to be' → 'o be ', ' or n' → 'or no', …
 * decodeText(set.vocabulary, [0, 1, 2]);
 */
export function fromText(text: string, options: TextOptions): TextDataset {
  checkOptionNames(place, options, textOptionNames);
  const length = checkNumber(place, 'length', options.length, { integer: true, min: 1 });
  const stride = checkNumber(place, 'stride', options.stride ?? length, { integer: true, min: 1 });
  const { name = 'text', source = 'text in memory' } = options;
  const vocabulary = options.vocabulary === undefined ? vocabularyOf(text) : checkVocabulary(place, options.vocabulary);
  const classes = vocabulary.characters.length;
  const encoded = encodeText(vocabulary, text, source);
  if (encoded.length < length + 1) {
    throw new DataError('data/empty', `${encoded.length} characters are no example of ${length} and the one after`, {
      place: source,
      mend: 'Give more text, or a smaller length.',
    });
  }
  // A byte for each character while there are no more than 256 of them.
  const characters = classes <= 256 ? Uint8Array.from(encoded) : encoded;
  const size = 1 + Math.floor((characters.length - 1 - length) / stride);
  const field = { shape: Object.freeze([length]), dtype: 'int32' } as const;

  return Object.freeze({
    ...{ name, size, source, vocabulary },
    input: Object.freeze(field),
    target: Object.freeze({ ...field, classes }),
    classNames: vocabulary.characters,
    normalization: Object.freeze({ scale: 1 }),
    copy(indices: ArrayLike<number>, input: HostArray, target: HostArray): void {
      checkStaging('input', input, indices.length * length, 'int32');
      checkStaging('target', target, indices.length * length, 'int32');
      for (let row = 0; row < indices.length; row++) {
        const index = indices[row]!;
        if (!(Number.isInteger(index) && index >= 0 && index < size)) {
          throw new DataError('data/index', `there is no example ${index}`, {
            mend: `Indices run from 0 to ${size - 1}.`,
          });
        }
        const begin = index * stride;
        input.set(characters.subarray(begin, begin + length), row * length);
        target.set(characters.subarray(begin + 1, begin + length + 1), row * length);
      }
    },
  });
}
