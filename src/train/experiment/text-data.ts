import { checkNumber, checkPath } from '../../base/options.ts';
import { checkVocabulary, type Vocabulary } from '../../data/text/vocabulary.ts';
import type { HeldOut } from './held-out.ts';

/** A text file, character by character; the target is the next character. Held-out parts are its end, in one piece. */
export interface TextData {
  readonly text: string;
  /** Characters in an example. */
  readonly length: number;
  /** From the beginning of an example to that of the next; default `length`. */
  readonly stride?: number;
  /** Default: the characters of the file. */
  readonly vocabulary?: Vocabulary;
  /** The test set: another file, in the vocabulary of this one, or the end of this one. */
  readonly test?: string | HeldOut;
}

export const textDataKeys = ['text', 'length', 'stride', 'vocabulary', 'test'] as const;

/** All but `test`. */
export function readTextData(place: string, given: Readonly<Record<string, unknown>>): TextData {
  const { text, length, stride, vocabulary } = given;
  const whole = { integer: true, min: 1 };
  return {
    text: checkPath(place, 'text', text),
    length: checkNumber(place, 'length', length, whole),
    ...(stride === undefined ? {} : { stride: checkNumber(place, 'stride', stride, whole) }),
    ...(vocabulary === undefined ? {} : { vocabulary: checkVocabulary(place, vocabulary) }),
  };
}
