/** Events from protocol-buffer bytes: the opposite of `encodeEvent`. Fields that it does not know are passed over. */

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { DataError } from '../../base/errors.ts';
import { sessionEndTag, sessionStartTag, sessionStatuses } from './encode-event.ts';
import type { Histogram } from './histogram.ts';
import type { HyperParameter, LoggedEvent, LoggedValue } from './logged-event.ts';

/** Reads one field, told by number and wire type; gives whether it took it. */
type Field = (reader: BinaryReader, field: number, type: WireType) => boolean;

/** Hands the fields of a message to `take`, one after another; those that it does not take are passed over. */
function fields(bytes: Uint8Array, take: Field): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (!take(reader, field, type)) reader.skip(type, field);
  }
}

/** @throws DataError `data/event-file` where the bytes are no event; `where` says which they are. */
export function decodeEvent(bytes: Uint8Array, source: string, where: string): LoggedEvent {
  try {
    return readEvent(bytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DataError('data/event-file', `${where} is no event: ${why}`, {
      place: source,
      cause,
      mend: 'What stands before it can be read; write the file anew, or leave it out.',
    });
  }
}

function readEvent(bytes: Uint8Array): LoggedEvent {
  let wallTime = 0;
  let step = 0;
  let fileVersion: string | undefined;
  const values: LoggedValue[] = [];
  fields(bytes, (reader, field, type) => {
    if (field === 1 && type === WireType.Bit64) wallTime = reader.double();
    else if (field === 2 && type === WireType.Varint) step = Number(reader.int64());
    else if (field === 3 && type === WireType.LengthDelimited) fileVersion = reader.string();
    else if (field === 5 && type === WireType.LengthDelimited) {
      fields(reader.bytes(), (summary, part, kind) => {
        if (part !== 1 || kind !== WireType.LengthDelimited) return false;
        values.push(readValue(summary.bytes()));
        return true;
      });
    } else return false;
    return true;
  });
  return { wallTime, step, ...(fileVersion === undefined ? {} : { fileVersion }), values };
}

function readValue(bytes: Uint8Array): LoggedValue {
  let tag = '';
  let found: ((tag: string) => LoggedValue) | undefined;
  let plugin: LoggedValue | undefined;
  fields(bytes, (reader, field, type) => {
    if (field === 1 && type === WireType.LengthDelimited) tag = reader.string();
    else if (field === 2 && type === WireType.Bit32) {
      const value = reader.float();
      found = (name) => ({ kind: 'scalar', tag: name, value });
    } else if (field === 5 && type === WireType.LengthDelimited) {
      const histogram = readHistogram(reader.bytes());
      found = (name) => ({ kind: 'histogram', tag: name, histogram });
    } else if (field === 9 && type === WireType.LengthDelimited) plugin = readMetadata(reader.bytes());
    else return false;
    return true;
  });
  if (found !== undefined) return found(tag);
  const session = tag === sessionStartTag || tag === sessionEndTag ? plugin : undefined;
  return session ?? { kind: 'other', tag };
}

function readHistogram(bytes: Uint8Array): Histogram {
  const numbers = [0, 0, 0, 0, 0, 0];
  const arrays: [number[], number[]] = [[], []];
  fields(bytes, (reader, field, type) => {
    const array = arrays[field - 6];
    if (field >= 1 && field <= 5 && type === WireType.Bit64) numbers[field] = reader.double();
    else if (array !== undefined && type === WireType.Bit64) array.push(reader.double());
    else if (array !== undefined && type === WireType.LengthDelimited) {
      const packed = new BinaryReader(reader.bytes());
      while (packed.pos < packed.len) array.push(packed.double());
    } else return false;
    return true;
  });
  const [, min, max, num, sum, sumOfSquares] = numbers as [number, number, number, number, number, number];
  return { min, max, num, sum, sumOfSquares, limits: arrays[0], counts: arrays[1] };
}

/** What the metadata of a value say to the plugin `hparams`. */
function readMetadata(bytes: Uint8Array): LoggedValue | undefined {
  let found: LoggedValue | undefined;
  within(bytes, 1, (data) => {
    let name = '';
    let content: Uint8Array | undefined;
    fields(data, (reader, field, type) => {
      if (type !== WireType.LengthDelimited || field > 2) return false;
      if (field === 1) name = reader.string();
      else content = reader.bytes();
      return true;
    });
    if (name !== 'hparams' || content === undefined) return;
    within(content, 3, (session) => {
      found = readSessionStart(session);
    });
    within(content, 4, (session) => {
      found = readSessionEnd(session);
    });
  });
  return found;
}

/** Hands each message in a field to `take`. */
function within(bytes: Uint8Array, wanted: number, take: (bytes: Uint8Array) => void): void {
  fields(bytes, (reader, field, type) => {
    if (field !== wanted || type !== WireType.LengthDelimited) return false;
    take(reader.bytes());
    return true;
  });
}

function readSessionStart(bytes: Uint8Array): LoggedValue {
  const hyperParameters: [string, HyperParameter][] = [];
  let seconds = 0;
  fields(bytes, (reader, field, type) => {
    if (field === 1 && type === WireType.LengthDelimited) {
      const entry = readEntry(reader.bytes());
      if (entry !== undefined) hyperParameters.push(entry);
    } else if (field === 5 && type === WireType.Bit64) seconds = reader.double();
    else return false;
    return true;
  });
  return { kind: 'session-start', hyperParameters: Object.fromEntries(hyperParameters), seconds };
}

/** A name with its `google.protobuf.Value`; nothing where that is null, a list or a structure. */
function readEntry(bytes: Uint8Array): [string, HyperParameter] | undefined {
  let name = '';
  let value: HyperParameter | undefined;
  fields(bytes, (reader, field, type) => {
    if (type !== WireType.LengthDelimited || field > 2) return false;
    if (field === 1) name = reader.string();
    else value = readHyperParameter(reader.bytes());
    return true;
  });
  return value === undefined ? undefined : [name, value];
}

function readHyperParameter(bytes: Uint8Array): HyperParameter | undefined {
  let value: HyperParameter | undefined;
  fields(bytes, (reader, field, type) => {
    if (field === 2 && type === WireType.Bit64) value = reader.double();
    else if (field === 3 && type === WireType.LengthDelimited) value = reader.string();
    else if (field === 4 && type === WireType.Varint) value = reader.bool();
    else return false;
    return true;
  });
  return value;
}

function readSessionEnd(bytes: Uint8Array): LoggedValue {
  let status = 0;
  let seconds = 0;
  fields(bytes, (reader, field, type) => {
    if (field === 1 && type === WireType.Varint) status = reader.int32();
    else if (field === 2 && type === WireType.Bit64) seconds = reader.double();
    else return false;
    return true;
  });
  return { kind: 'session-end', status: sessionStatuses[status] ?? 'unknown', seconds };
}
