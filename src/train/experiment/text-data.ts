import { count, type OptionSpecs, optional, path } from '../../base/option-spec.ts';
import { type Vocabulary, vocabularySpec } from '../../data/text/vocabulary.ts';
import { type HeldOut, testSpec } from './held-out.ts';

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

export const textDataOptions = {
  text: path,
  length: count,
  stride: optional(count),
  vocabulary: optional(vocabularySpec),
  test: optional(testSpec),
} satisfies OptionSpecs;
