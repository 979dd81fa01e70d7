import { describe, expect, it } from 'vitest';
import { visitBlocks } from './blocks.ts';
import type { Dataset } from './dataset.ts';
import { type CsvOptions, fromCsv } from './from-csv.ts';

const iris = ['sepal,petal,kind', '5.1,1.4,setosa', '7.0,4.7,"versicolor"', '6.3,6.0,virginica', '4.9,1.4,setosa'].join(
  '\n',
);

function contents(set: Dataset): { input: number[]; target: number[] } {
  const result = { input: [] as number[], target: [] as number[] };
  visitBlocks(set, (input, target, _start, count) => {
    result.input.push(...input.subarray(0, count * set.input.shape[0]!));
    result.target.push(...target.subarray(0, count * (set.target.shape[0] ?? 1)));
  });
  return result;
}

const read = (text: string, options: CsvOptions) => fromCsv(text, 'iris.csv', options);
const f32 = (values: number[]) => values.map(Math.fround);

describe('fromCsv', () => {
  it('turns text labels into sorted classes and the other columns into inputs', () => {
    const set = read(iris, { target: 'kind' });
    expect(set.classNames).toEqual(['setosa', 'versicolor', 'virginica']);
    expect(set.target).toEqual({ shape: [], dtype: 'int32', classes: 3 });
    expect(contents(set)).toEqual({ input: f32([5.1, 1.4, 7, 4.7, 6.3, 6, 4.9, 1.4]), target: [0, 1, 2, 0] });
  });

  it('takes columns by name or index, in the order given, and targets of several columns', () => {
    const set = read(iris, { target: -1, inputs: ['petal', 0] });
    expect(contents(set).input.slice(0, 2)).toEqual(f32([1.4, 5.1]));
    const pair = read('a,b,c\n1,2,3\n4,5,6\n', { target: ['c', 'a'] });
    expect(pair.target).toEqual({ shape: [2], dtype: 'float32' });
    expect(contents(pair)).toEqual({ input: [2, 5], target: [3, 1, 6, 4] });
    expect(read('a,b\n1,2\n', { target: 'b' }).target).toEqual({ shape: [], dtype: 'float32' });
  });

  it('takes numbers as classes on request, ordered by value', () => {
    const set = read('x,y\n1,10\n2,9\n3,10\n', { target: 'y', targetKind: 'classes' });
    expect(set.classNames).toEqual(['9', '10']);
    expect(contents(set).target).toEqual([1, 0, 1]);
    const given = read('x,y\n1,no\n2,yes\n', { target: 'y', classNames: ['yes', 'no', 'none'] });
    expect(contents(given).target).toEqual([1, 0]);
    expect(given.target.classes).toBe(3);
  });

  it('reads semicolons, line ends of Windows, a byte order mark, blank lines and no header', () => {
    const set = read('\uFEFF1;2;-3e-1\r\n\r\n.5;+4;6.\r\n', { target: 2, header: false, delimiter: ';' });
    expect(contents(set)).toEqual({ input: [1, 2, 0.5, 4], target: f32([-0.3, 6]) });
    expect(contents(read('\uFEFFa,b\n1,2\n', { target: 'a' })).target).toEqual([1]);
  });

  it('refuses text and missing values in a numeric column, with row and column', () => {
    const broken = (cell: string) => iris.replace('6.0', cell);
    expect(() => read(broken('six'), { target: 'kind' })).toThrow(
      '"six" is no number (iris.csv, row 4, column "petal"). Leave the column out, or mend the cell.',
    );
    expect(() => read(broken(''), { target: 'kind' })).toThrow(
      'the value is missing ("") (iris.csv, row 4, column "petal"). Fill it in, or leave the row out.',
    );
    expect(() => read(broken(' NA '), { target: 'kind' })).toThrow('the value is missing (" NA ") (iris.csv, row 4');
    expect(() => read(broken('0x10'), { target: 'kind' })).toThrow('"0x10" is no number (iris.csv, row 4');
    expect(() => read(broken('1e39'), { target: 'kind' })).toThrow('1e39 is beyond float32 (iris.csv, row 4');
    expect(() => read('1,2\n3,x\n', { target: 0, header: false })).toThrow('(iris.csv, row 2, column "column 2")');
    expect(() => read('a,b\n\n1,2\n3,x\n', { target: 'a' })).toThrow('row 4, column "b"');
    expect(() => read('a,b\n1,2\n3,x\n', { target: 'b' })).toThrow('"x" is no number (iris.csv, row 3, column "b")');
  });

  it('reads several targets of different kinds, each by its columns, and takes them from the inputs', () => {
    const set = fromCsv('a,kind,b,side\n1,x,5,0\n2,y,6,1\n3,x,7,1\n', 'several.csv', {
      targets: { kind: 'kind', both: { column: ['b', 'a'] }, side: { column: -1, kind: 'classes' } },
      inputs: ['a'],
    });
    expect([set.input.shape, set.target, set.classNames]).toEqual([
      [1],
      { shape: [], dtype: 'int32', classes: 2 },
      ['x', 'y'],
    ]);
    expect(set.targets!.both).toEqual({ shape: [2], dtype: 'float32' });
    expect(set.targets!.side).toEqual({ shape: [], dtype: 'int32', classes: 2, classNames: ['0', '1'] });
    const [kind, both, side] = [new Int32Array(2), new Float32Array(4), new Int32Array(2)];
    set.copy([2, 0], new Float32Array(2), { kind, both, side });
    expect([[...kind], [...both], [...side]]).toEqual([
      [0, 0],
      [7, 3, 5, 1],
      [1, 0],
    ]);
    const rest = fromCsv('a,b,c\n1,2,3\n', 'x.csv', { targets: { y: 'b' } });
    expect(rest.input.shape).toEqual([2]);
  });

  it('reads weights of examples from a column, which is then no input', () => {
    const set = fromCsv('a,b,w\n1,2,0.5\n3,4,2\n', 'x.csv', { target: 'b', weights: 'w' });
    expect([[...set.weights!], set.input.shape]).toEqual([[0.5, 2], [1]]);
    const refused = (cell: string) => () => fromCsv(`a,b,w\n1,2,${cell}\n`, 'x.csv', { target: 'b', weights: 'w' });
    expect(refused('')).toThrow('the value is missing ("") (x.csv, row 2, column "w")');
    expect(refused('-1')).toThrow('the weight of example 0 (counted from 0) is -1');
    expect(() => fromCsv('a,b\n1,2\n', 'x.csv', { target: 'b', weights: 'v' })).toThrow('there is no column "v"');
  });

  it.each<[object, string]>([
    [{ targets: { y: 'knid' } }, 'there is no column "knid" (fromCsv({ targets.y })). Did you mean "kind"?'],
    [{ targets: { y: { column: 'kind', type: 'numbers' } } }, 'unknown option "type" (fromCsv: targets.y)'],
    [{ targets: { y: { kind: 'numbers' } } }, 'column is missing (fromCsv: targets.y)'],
    [
      { targets: { y: { column: ['kind', 'petal'], kind: 'classes' } } },
      'class labels in 2 columns (fromCsv: targets.y)',
    ],
    [{ targets: { y: 'kind' }, classNames: ['a'] }, 'both targets and classNames are given'],
    [{ targets: {} }, 'targets is {}'],
    [{}, 'target is missing'],
  ])('refuses %j', (options, message) => {
    expect(() => read(iris, options)).toThrow(message);
  });

  it('refuses a missing or unknown class label, with row and column', () => {
    expect(() => read(iris.replace('virginica', ''), { target: 'kind' })).toThrow(
      'the class label is missing ("") (iris.csv, row 4, column "kind")',
    );
    const classNames = ['setosa', 'versicolor', 'virginika'];
    expect(() => read(iris, { target: 'kind', classNames })).toThrow(
      '"virginica" is none of the 3 classes (iris.csv, row 4, column "kind"). Did you mean "virginika"?',
    );
  });

  it('refuses ragged rows, open quotes and headers that cannot be', () => {
    expect(() => read(`${iris}\n1,2`, { target: 'kind' })).toThrow('2 cells where row 1 has 3 (iris.csv, row 6)');
    expect(() => read(`${iris}\n1,2,3,4`, { target: 'kind' })).toThrow('4 cells where row 1 has 3 (iris.csv, row 6)');
    expect(() => read(`${iris}\n1,2,"x`, { target: 'kind' })).toThrow('a quoted cell never ends (iris.csv, row 6)');
    expect(() => read(`${iris}\n1,2,"x"y`, { target: 'kind' })).toThrow('text after a closing quote (iris.csv, row 6)');
    expect(() => read('a,a\n1,2\n', { target: 0 })).toThrow('two columns are named "a"');
    expect(() => read('1,2\n3,4\n', { target: 0 })).toThrow('the first line holds only numbers, so it is no header');
    for (const text of ['', '\n\n', 'a,b\n']) {
      expect(() => read(text, { target: 0 })).toThrow('there is no row of data (iris.csv)');
    }
  });

  it('refuses unknown columns and options, with the nearest name', () => {
    expect(() => read(iris, { target: 'knid' })).toThrow(
      'there is no column "knid" (fromCsv({ target })). Did you mean "kind"?',
    );
    expect(() => read(iris, { target: 3 })).toThrow('there is no column 3');
    expect(() => read(iris, { target: 'kind', inputs: [] })).toThrow('0 input and 1 target columns');
    expect(() => read(iris, { target: ['kind', 'petal'], targetKind: 'classes' })).toThrow('class labels in 2 columns');
    expect(() => read(iris, { target: 'kind', seperator: ';' } as never)).toThrow('unknown option "seperator"');
    expect(() => read(iris, { target: 'kind', delimiter: '\n' })).toThrow('delimiter is "\\n"');
  });
});
