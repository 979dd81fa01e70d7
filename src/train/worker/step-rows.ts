/**
 * Step events as rows of numbers: many steps cross to another thread in one message that costs about a copy. Names cross
 * once for each message; what is one step's alone is its numbers.
 */

import type { StepEvent } from '../event.ts';

/** Steps in a row, whose events have the same names. */
export interface StepRows {
  /** Names of the event's own numbers. */
  readonly own: readonly string[];
  /** Names of the records in it (`measures`, `hyper`), and of the numbers in each. */
  readonly records: readonly (readonly [string, readonly string[]])[];
  /** Row after row: the own numbers, then those of each record. */
  readonly values: Float64Array<ArrayBuffer>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Gathers steps until they are taken. */
export function createStepRows() {
  let names: Pick<StepRows, 'own' | 'records'> | undefined;
  let values = new Float64Array(1024);
  let length = 0;
  const push = (value: unknown) => {
    if (length === values.length) {
      const larger = new Float64Array(2 * length);
      larger.set(values);
      values = larger;
    }
    values[length++] = value as number;
  };
  return {
    /** Whether the event has the names of those before it, and was added. Where not, take what is here first. */
    add(event: StepEvent): boolean {
      const fields = event as unknown as Fields;
      names ??= namesOf(fields);
      const before = length;
      for (const name of names.own) push(fields[name]);
      for (const [record, inner] of names.records) {
        let known = 0;
        for (const name in fields[record] as Fields) {
          if (name !== inner[known]) {
            known = -1;
            break;
          }
          push((fields[record] as Fields)[name]);
          known++;
        }
        if (known !== inner.length) {
          length = before;
          return false;
        }
      }
      return true;
    },
    /** The rows so far, if there are any; begins anew. */
    take(): StepRows | undefined {
      const rows = length === 0 ? undefined : { ...names!, values: values.slice(0, length) };
      names = undefined;
      length = 0;
      return rows;
    },
  };
}

function namesOf(fields: Fields): Pick<StepRows, 'own' | 'records'> {
  const entries = Object.entries(fields);
  return {
    own: entries.filter(([, value]) => typeof value === 'number').map(([name]) => name),
    records: entries
      .filter(([, value]) => typeof value === 'object' && value !== null)
      .map(([name, value]) => [name, Object.keys(value as Fields)] as const),
  };
}

/** Tells the events of the rows, in order. One object serves for all. */
export function tellStepRows({ own, records, values }: StepRows, tell: (event: StepEvent) => void): void {
  const event: Record<string, unknown> = { type: 'step' };
  let at = 0;
  while (at < values.length) {
    for (const name of own) event[name] = values[at++];
    for (const [record, names] of records) {
      const inner: Record<string, number> = {};
      for (const name of names) inner[name] = values[at++]!;
      event[record] = inner;
    }
    tell(event as unknown as StepEvent);
  }
}
