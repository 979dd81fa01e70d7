import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../base/errors.ts';
import { crc32c, maskedCrc32c } from './crc32c.ts';
import { encodeRecord, eventFileName, readEventFile } from './event-file.ts';
import { histogramOf } from './histogram.ts';
import type { LoggedEvent } from './logged-event.ts';

interface Fixture {
  readonly histogramValues: readonly number[];
  readonly records: Readonly<Record<string, string>>;
}
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/record/records.json', import.meta.url), 'utf8'),
);

const events: Readonly<Record<string, LoggedEvent>> = {
  'file version': { wallTime: 1500000000.25, step: 0, fileVersion: 'brain.Event:2', values: [] },
  'accuracy is 0.99 at step 77': {
    ...{ wallTime: 1500000000.25, step: 77 },
    values: [{ kind: 'scalar', tag: 'accuracy', value: Math.fround(0.99) }],
  },
  'several scalars': {
    ...{ wallTime: 1500000001.5, step: 3_000_000_000 },
    values: [
      { kind: 'scalar', tag: 'train/batch-loss', value: Number.POSITIVE_INFINITY },
      { kind: 'scalar', tag: 'gradient/norm', value: 0 },
      { kind: 'scalar', tag: 'optim/größe', value: Math.fround(-1e-3) },
    ],
  },
  'step 0': { wallTime: 1, step: 0, values: [{ kind: 'scalar', tag: 'loss', value: 2.5 }] },
  histogram: {
    ...{ wallTime: 1500000002, step: 5 },
    values: [{ kind: 'histogram', tag: 'parameter/dense1/weight', histogram: histogramOf(fixture.histogramValues)! }],
  },
  'session start': {
    ...{ wallTime: 1500000000.25, step: 0 },
    values: [
      {
        kind: 'session-start',
        hyperParameters: {
          ...{ batchSize: 128, dropLast: false },
          ...{ 'optimizer.learningRate': 0, 'optimizer.optimizer': 'adam' },
        },
        seconds: 1500000000.25,
      },
    ],
  },
  'session end': {
    ...{ wallTime: 1500000100.5, step: 9 },
    values: [{ kind: 'session-end', status: 'success', seconds: 1500000100.5 }],
  },
};

const file = Buffer.concat(Object.values(events).map(encodeRecord));
const read = (bytes: Uint8Array) => [...readEventFile(bytes, 'a.tfevents')];

/**
 * A reader of its own, from the format's description alone: frames by length, checksums bit by bit, protocol buffers as a
 * tree of [field, value] pairs with nothing interpreted. It shares no code with what it checks.
 */
function independentRecords(bytes: Uint8Array): { data: Uint8Array; sound: boolean }[] {
  const slowCrc = (part: Uint8Array) => {
    let crc = 0xffffffffn;
    for (const byte of part) {
      crc ^= BigInt(byte);
      for (let i = 0; i < 8; i++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
    }
    crc ^= 0xffffffffn;
    return (((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn;
  };
  const number = (at: number, length: number) =>
    [...bytes.subarray(at, at + length)].reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(number(at, 8));
    const data = bytes.subarray(at + 12, at + 12 + length);
    const sound =
      slowCrc(bytes.subarray(at, at + 8)) === number(at + 8, 4) && slowCrc(data) === number(at + 12 + length, 4);
    found.push({ data, sound });
    at += 16 + length;
  }
  return found;
}

function independentFields(data: Uint8Array): [number, bigint | Uint8Array][] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = data[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const found: [number, bigint | Uint8Array][] = [];
  while (at < data.length) {
    const key = Number(varint());
    const [field, kind] = [key >> 3, key & 7];
    if (kind === 0) found.push([field, varint()]);
    else {
      const length = kind === 1 ? 8 : kind === 5 ? 4 : Number(varint());
      found.push([field, new Uint8Array(view.buffer, view.byteOffset + at, length)]);
      at += length;
    }
  }
  return found;
}

describe('crc32c', () => {
  it('has the check values of RFC 3720, at every alignment of the fast loop', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).toBe(0x113fdb5c);
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(0))).toBe(0);
    expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
  });
});

describe('encodeRecord', () => {
  it.each(Object.entries(events))("gives TensorBoard's own bytes: %s", (name, event) => {
    expect(Buffer.from(encodeRecord(event)).toString('hex')).toBe(fixture.records[name]);
  });

  it('is read by a decoder made from the description of the format alone', () => {
    const records = independentRecords(file);
    expect(records.map(({ sound }) => sound)).toEqual(Object.keys(events).map(() => true));
    const [time, step, summary] = independentFields(records[1]!.data);
    expect(time).toEqual([1, new Uint8Array(new Float64Array([1500000000.25]).buffer)]);
    expect(step).toEqual([2, 77n]);
    expect(summary![0]).toBe(5);
    const [[field, value]] = independentFields(summary![1] as Uint8Array) as [[number, Uint8Array]];
    expect(field).toBe(1);
    expect(independentFields(value)).toEqual([
      [1, new TextEncoder().encode('accuracy')],
      [2, new Uint8Array(new Float32Array([0.99]).buffer)],
    ]);
  });
});

describe('readEventFile', () => {
  it("reads TensorBoard's bytes, and its own, as they were meant", () => {
    const theirs = Buffer.from(Object.values(fixture.records).join(''), 'hex');
    expect(read(theirs)).toEqual(Object.values(events));
    expect(read(file)).toEqual(Object.values(events));
  });

  it('reads back any scalar, bit for bit as float32', () => {
    const scalar = fc.record({
      tag: fc.string(),
      value: fc.float().filter((value) => !Number.isNaN(value)),
    });
    const event = fc.record({
      wallTime: fc.double({ noNaN: true }),
      step: fc.maxSafeNat(),
      values: fc.array(scalar.map((value) => ({ kind: 'scalar' as const, ...value }))),
    });
    fc.assert(fc.property(event, (one) => void expect(read(encodeRecord(one))).toEqual([one])));
  });

  it('passes over what other programs write: fields, values and plugins that it does not know', () => {
    // wall time 1; field 200 (text); a summary with a value of tag "x" and a tensor (field 8); a group in field 100.
    const event = [
      ...[0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0xc2, 0x0c, 1, 0x41],
      ...[0x2a, 8, 0x0a, 6, 0x0a, 1, 0x78, 0x42, 1, 0x08, 0xa3, 0x06, 0xa4, 0x06],
    ];
    // The tensor's one byte is no message of ours, and is not looked at.
    const bytes = frameOf(Uint8Array.from(event));
    expect(read(bytes)).toEqual([{ wallTime: 1, step: 0, values: [{ kind: 'other', tag: 'x' }] }]);
  });

  it('forgives a torn last record, wherever it is cut', () => {
    const last = encodeRecord(events['accuracy is 0.99 at step 77']!).length;
    const two = Buffer.concat([encodeRecord(events['step 0']!), encodeRecord(events['accuracy is 0.99 at step 77']!)]);
    for (let cut = 1; cut <= last; cut++) expect(read(two.subarray(0, two.length - cut))).toEqual([events['step 0']]);
  });

  it('refuses every flipped bit but in a torn end, naming the byte where the record begins', () => {
    const first = encodeRecord(events['file version']!).length;
    const two = Buffer.concat([encodeRecord(events['file version']!), encodeRecord(events['step 0']!)]);
    for (let bit = 0; bit < 8 * two.length; bit++) {
      const damaged = Uint8Array.from(two);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      const begin = bit >> 3 < first ? 0 : first;
      expect(() => read(damaged)).toThrow(DataError);
      expect(() => read(damaged)).toThrow(`the record at byte ${begin} is damaged`);
    }
  });

  it('says of a whole record that holds no event where it is', () => {
    const bytes = Buffer.concat([encodeRecord(events['step 0']!), frameOf(Uint8Array.of(0x2a, 0xff, 0x01))]);
    const begin = encodeRecord(events['step 0']!).length;
    expect(() => read(bytes)).toThrow(new RegExp(`the record at byte ${begin} is no event: .* \\(a\\.tfevents\\)`));
  });
});

/** A record of any bytes in its frame. */
function frameOf(record: Uint8Array): Uint8Array {
  const framed = new Uint8Array(record.length + 16);
  const view = new DataView(framed.buffer);
  view.setUint32(0, record.length, true);
  view.setUint32(8, maskedCrc32c(framed.subarray(0, 8)), true);
  framed.set(record, 12);
  view.setUint32(12 + record.length, maskedCrc32c(record), true);
  return framed;
}

describe('histogramOf', () => {
  it('counts finite values in relative buckets, and merges empty ones', () => {
    const histogram = histogramOf([Number.NaN, 1e-3, 1e-3, -2, Number.POSITIVE_INFINITY, 1e30])!;
    expect(histogram).toMatchObject({ min: -2, max: 1e30, num: 4 });
    expect(histogram.counts).toEqual([0, 1, 0, 2, 0, 1]);
    expect(histogram.limits.at(-1)).toBe(Number.MAX_VALUE);
    const [, above, , small] = histogram.limits as [number, number, number, number];
    expect(above).toBeGreaterThan(-2);
    expect(above).toBeLessThan(-2 / 1.1);
    expect(small).toBeGreaterThan(1e-3);
    expect(small).toBeLessThan(1.1e-3);
    expect(histogramOf([Number.NaN])).toBeUndefined();
  });
});

describe('eventFileName', () => {
  it('is one that TensorBoard looks for, with nothing in it that a file system minds', () => {
    expect(eventFileName(1500000000.9, 'my host/ä')).toBe('events.out.tfevents.1500000000.my-host--');
  });
});
