/** A data set from a table of text: numeric inputs, and numbers or class labels as the target, or as several. */

import { OptionError } from '../base/errors.ts';
import { checkOptionNames } from '../base/options.ts';
import type { TargetOptions } from './array-field.ts';
import { type ColumnName, type CsvTarget, columnIndex, numberColumns, readTarget } from './csv-columns.ts';
import type { Dataset } from './dataset.ts';
import { type CsvFormat, parseCsv } from './format/csv.ts';
import { fromArrays } from './from-arrays.ts';
import { withWeights } from './with-weights.ts';

/** The columns of several targets, by the names of a model's outputs. */
export type CsvTargets = Readonly<Record<string, ColumnName | readonly ColumnName[] | CsvTarget>>;

export interface CsvOptions extends CsvFormat {
  /** Give this or `targets`. */
  readonly target?: ColumnName | readonly ColumnName[];
  /** Several targets: `{ species: 'kind', size: { column: ['width', 'length'], kind: 'numbers' } }`. */
  readonly targets?: CsvTargets;
  /** The column that says how much each example counts in the loss, ≥ 0. */
  readonly weights?: ColumnName;
  /** Input columns, in this order. Default: all but those of targets and weights. */
  readonly inputs?: readonly ColumnName[];
  /**
   * Whether `target` is a class label (any text, one column) or numbers. Default: classes where no cell of a single
   * target column is a number, else numbers.
   */
  readonly targetKind?: 'classes' | 'numbers';
  /** The classes in the order of their indices. Default: those that occur, sorted, integers by value. */
  readonly classNames?: readonly string[];
  readonly name?: string;
  readonly source?: string;
}

const OPTION_NAMES = [
  ...['target', 'targets', 'weights', 'inputs', 'targetKind', 'classNames', 'name', 'source', 'header', 'delimiter'],
] as const;
/**
 * A data set from CSV text. `file` names it in errors.
 *
 * @throws OptionError for unknown options or columns; DataError with the 1-based row (header counted) and the column for
 * text or a missing value where a number belongs, a label outside `classNames`, or a ragged row.
 * @example
 * fromCsv('width,length,kind\n0.2,1.4,setosa\n1.8,5.1,virginica\n', 'iris.csv', { target: 'kind' })
 * @example
 * fromCsv(text, 'people.csv', { targets: { job: 'job', body: { column: ['height', 'weight'] } } })
 */
export function fromCsv(text: string, file: string, options: CsvOptions): Dataset {
  const place = 'fromCsv';
  checkOptionNames(place, options, OPTION_NAMES);
  const { header, delimiter, name = file, source = `the file ${file}` } = options;
  const table = parseCsv(text, file, {
    ...(header === undefined ? {} : { header }),
    ...(delimiter === undefined ? {} : { delimiter }),
  });
  const several = namedTargets(options);
  const read =
    several === undefined
      ? [readTarget(table, onlyTarget(options), file, place, 'target')]
      : several.map(([output, target]) =>
          readTarget(table, target, file, `${place}: targets.${output}`, `targets.${output}`),
        );
  const targets = read.flatMap(({ columns }) => columns);
  const weights = options.weights === undefined ? [] : [columnIndex(table, options.weights, 'weights')];
  const taken = [...targets, ...weights];
  const inputs =
    options.inputs === undefined
      ? table.columns.map((_, i) => i).filter((i) => !taken.includes(i))
      : options.inputs.map((column) => columnIndex(table, column, 'inputs'));
  if (inputs.length === 0 || targets.length === 0) {
    throw new OptionError('data/csv-column', `${inputs.length} input and ${targets.length} target columns`, {
      place,
      mend: 'Give at least one of each.',
    });
  }

  const input = { input: numberColumns(table, inputs, file), inputShape: [inputs.length], name, source };
  const set = fromArrays({
    ...input,
    ...(several === undefined
      ? onlyTargetOptions(read[0]!.target)
      : { targets: Object.fromEntries(several.map(([output], i) => [output, read[i]!.target] as const)) }),
  });
  return weights.length === 0 ? set : withWeights(set, numberColumns(table, weights, file));
}

/** As `fromArrays` takes the target of a set that has one. */
function onlyTargetOptions({ values, shape, ...classes }: TargetOptions) {
  return { target: values, ...(shape === undefined ? {} : { targetShape: shape }), ...classes };
}

/** The target of a table that has one. */
function onlyTarget({ target, targetKind, classNames }: CsvOptions): CsvTarget {
  return {
    column: target!,
    ...(targetKind === undefined ? {} : { kind: targetKind }),
    ...(classNames === undefined ? {} : { classNames }),
  };
}

function namedTargets(options: CsvOptions): (readonly [string, CsvTarget])[] | undefined {
  const { targets } = options;
  checkTargetOptions('fromCsv', options);
  if (targets === undefined) return undefined;
  return Object.entries(targets).map(([output, given]) => {
    const target = csvTarget(given);
    const place = `fromCsv: targets.${output}`;
    checkOptionNames(place, target, ['column', 'kind', 'classNames']);
    if (target.column === undefined) {
      throw new OptionError('option/missing', 'column is missing', { place, mend: 'Name the column of the target.' });
    }
    return [output, target] as const;
  });
}

/** A target in its long form. */
export function csvTarget(given: CsvTargets[string]): CsvTarget {
  return typeof given === 'object' && !Array.isArray(given) ? (given as CsvTarget) : { column: given as ColumnName };
}

/** Refuses neither or both of `target` and `targets`, and what belongs to one target beside several. */
export function checkTargetOptions(place: string, options: Readonly<Partial<Record<keyof CsvOptions, unknown>>>): void {
  const { target, targets } = options;
  if (target === undefined && targets === undefined) {
    throw new OptionError('option/missing', 'target is missing', { place, mend: 'Name the target column.' });
  }
  const extra = (['target', 'targetKind', 'classNames'] as const).find((name) => options[name] !== undefined);
  if (targets !== undefined && extra !== undefined) {
    throw new OptionError('option/form', `both targets and ${extra} are given`, {
      place,
      mend: 'Say what belongs to a target in its place: { targets: { kind: { column, kind, classNames } } }.',
    });
  }
  if (targets !== undefined && (typeof targets !== 'object' || targets === null || Object.keys(targets).length === 0)) {
    throw new OptionError('option/form', `targets is ${JSON.stringify(targets)}`, {
      place,
      mend: 'Give a column for each output: { species: "kind", size: ["width", "length"] }.',
    });
  }
}
