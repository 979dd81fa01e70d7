/** The characters that a model of text knows, as data: a character's number is its place in the list. */

import { DataError, OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { list, nested, type OptionSpec, readOptions } from '../../base/option-spec.ts';
import { shown } from '../../base/shown.ts';

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

const character: OptionSpec<string> = {
  read: (place, _name, value) => {
    if (typeof value === 'string' && [...value].length === 1) return value;
    throw refuse(place, `${shown(value)} in the vocabulary is no character`);
  },
  schema: { type: 'string', minLength: 1, maxLength: 1, $comment: 'a character' },
};

const such = '{ "characters": ["a", "b"] }, each character once';

function refuse(place: string, message: string): OptionError {
  return new OptionError('option/form', message, { place, mend: `Give ${such}.` });
}

/** The options of a vocabulary. */
const vocabularyOptions = { characters: list(character, such, { distinct: true }) };

/** An option that is a vocabulary. */
export const vocabularySpec: OptionSpec<Vocabulary> = nested(vocabularyOptions);

/** Checks a vocabulary that came from outside (a JSON file) and returns it frozen. */
export function checkVocabulary(place: string, value: unknown): Vocabulary {
  return frozen(readOptions(`${place}: vocabulary`, vocabularyOptions, value as object));
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
