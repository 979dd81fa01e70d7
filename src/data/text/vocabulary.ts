/** The characters that a model of text knows, as data: a character's number is its place in the list. */

import { DataError, OptionError } from '../../base/errors.ts';
import { checkOptionNames } from '../../base/options.ts';

/** Plain data that prints to JSON; keep it with the model, whose outputs are numbered by it. */
export interface Vocabulary {
  /** Unicode code points, each once. */
  readonly characters: readonly string[];
}

/**
 * The characters (Unicode code points) that occur in `text`, in the order of their code points.
 *
 * @example vocabularyOf('hello');   // { characters: ['e', 'h', 'l', 'o'] }
 */
export function vocabularyOf(text: string): Vocabulary {
  const characters = [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  return Object.freeze({ characters: Object.freeze(characters) });
}

/** Checks a vocabulary that came from outside (a JSON file) and returns it frozen. */
export function checkVocabulary(place: string, value: unknown): Vocabulary {
  const refuse = (message: string) =>
    new OptionError('option/form', message, { place, mend: 'Give { "characters": ["a", "b"] }, each character once.' });
  if (typeof value !== 'object' || value === null) throw refuse(`vocabulary is ${JSON.stringify(value)}`);
  checkOptionNames(`${place}: vocabulary`, value, ['characters']);
  const { characters } = value as { characters?: unknown };
  if (!Array.isArray(characters) || characters.length === 0) {
    throw refuse(`vocabulary.characters is ${JSON.stringify(characters)}`);
  }
  const seen = new Set<unknown>();
  for (const character of characters) {
    if (typeof character !== 'string' || [...character].length !== 1) {
      throw refuse(`${JSON.stringify(character)} in the vocabulary is no character`);
    }
    if (seen.has(character)) throw refuse(`${JSON.stringify(character)} stands in the vocabulary twice`);
    seen.add(character);
  }
  return Object.freeze({ characters: Object.freeze([...(characters as string[])]) });
}

/**
 * The number of each character of `text`.
 *
 * @throws DataError `data/character` for a character that the vocabulary lacks, with its place in the text.
 * @example encodeText(vocabularyOf('hello'), 'hole');   // Int32Array [1, 3, 2, 0]
 */
export function encodeText(vocabulary: Vocabulary, text: string, place = 'encodeText'): Int32Array {
  const numbers = new Map(vocabulary.characters.map((character, number) => [character, number]));
  const encoded = new Int32Array(text.length);
  let length = 0;
  let line = 1;
  for (const character of text) {
    const number = numbers.get(character);
    if (number === undefined) {
      const point = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      const what = `${JSON.stringify(character)} (U+${point}), character ${length} (counted from 0), in line ${line}`;
      throw new DataError('data/character', `${what}, is not in the vocabulary`, {
        place,
        mend: 'Make the vocabulary from all of the text, or leave the character out.',
      });
    }
    encoded[length++] = number;
    if (character === '\n') line++;
  }
  return encoded.subarray(0, length);
}

/**
 * The text that the numbers stand for; `encodeText` undone.
 *
 * @throws DataError `data/index` for a number outside the vocabulary.
 */
export function decodeText(vocabulary: Vocabulary, numbers: ArrayLike<number>): string {
  return Array.from(numbers, (number) => {
    const character = vocabulary.characters[number];
    if (character !== undefined) return character;
    throw new DataError('data/index', `there is no character ${number}`, {
      place: 'decodeText',
      mend: `The vocabulary has the numbers 0 to ${vocabulary.characters.length - 1}.`,
    });
  }).join('');
}
