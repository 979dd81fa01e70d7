/**
 * Events as protocol-buffer bytes, by the field numbers of TensorBoard's `event.proto`, `summary.proto` and
 * `hparams/plugin_data.proto`. As there, what is 0 or empty is left out, unless it is one case of a `oneof`.
 */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Histogram } from './histogram.ts';
import type { HyperParameter, LoggedEvent, LoggedValue, SessionStatus } from './logged-event.ts';

const { Varint, Bit32, Bit64, LengthDelimited } = WireType;

/** `tensorboard.hparams.Status`. */
export const sessionStatuses: readonly SessionStatus[] = ['unknown', 'success', 'failure', 'running'];

export const sessionStartTag = '_hparams_/session_start_info';
export const sessionEndTag = '_hparams_/session_end_info';

/** The bytes of an event, without its frame. */
export function encodeEvent({ wallTime, step, fileVersion, values }: LoggedEvent): Uint8Array {
  const writer = new BinaryWriter();
  double(writer, 1, wallTime);
  if (step !== 0) writer.tag(2, Varint).int64(step);
  if (fileVersion !== undefined) writer.tag(3, LengthDelimited).string(fileVersion);
  if (values.length > 0) {
    message(writer, 5, () => {
      for (const value of values) message(writer, 1, () => writeValue(writer, value));
    });
  }
  return writer.finish();
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, LengthDelimited).fork();
  write();
  writer.join();
}

function double(writer: BinaryWriter, field: number, value: number): void {
  // Minus zero is written: its bits are not those of 0.
  if (!Object.is(value, 0)) writer.tag(field, Bit64).double(value);
}

function doubles(writer: BinaryWriter, field: number, values: readonly number[]): void {
  if (values.length === 0) return;
  message(writer, field, () => {
    for (const value of values) writer.double(value);
  });
}

function writeValue(writer: BinaryWriter, value: LoggedValue): void {
  switch (value.kind) {
    case 'scalar':
      writer.tag(1, LengthDelimited).string(value.tag).tag(2, Bit32).float(value.value);
      break;
    case 'histogram':
      writer.tag(1, LengthDelimited).string(value.tag);
      message(writer, 5, () => writeHistogram(writer, value.histogram));
      break;
    case 'session-start':
      writeHyperParameterData(writer, sessionStartTag, 3, () => {
        for (const [name, hyper] of Object.entries(value.hyperParameters)) {
          message(writer, 1, () => {
            writer.tag(1, LengthDelimited).string(name);
            message(writer, 2, () => writeHyperParameter(writer, hyper));
          });
        }
        double(writer, 5, value.seconds);
      });
      break;
    case 'session-end':
      writeHyperParameterData(writer, sessionEndTag, 4, () => {
        const status = sessionStatuses.indexOf(value.status);
        if (status !== 0) writer.tag(1, Varint).int32(status);
        double(writer, 2, value.seconds);
      });
      break;
    case 'other':
      writer.tag(1, LengthDelimited).string(value.tag);
  }
}

function writeHistogram(writer: BinaryWriter, { min, max, num, sum, sumOfSquares, limits, counts }: Histogram): void {
  double(writer, 1, min);
  double(writer, 2, max);
  double(writer, 3, num);
  double(writer, 4, sum);
  double(writer, 5, sumOfSquares);
  doubles(writer, 6, limits);
  doubles(writer, 7, counts);
}

/** A value without a number of its own: what it says is metadata for the plugin `hparams`. */
function writeHyperParameterData(writer: BinaryWriter, tag: string, field: number, write: () => void): void {
  writer.tag(1, LengthDelimited).string(tag);
  message(writer, 9, () =>
    message(writer, 1, () => {
      writer.tag(1, LengthDelimited).string('hparams');
      message(writer, 2, () => message(writer, field, write));
    }),
  );
}

/** A `google.protobuf.Value`. */
function writeHyperParameter(writer: BinaryWriter, value: HyperParameter): void {
  if (typeof value === 'number') writer.tag(2, Bit64).double(value);
  else if (typeof value === 'string') writer.tag(3, LengthDelimited).string(value);
  else writer.tag(4, Varint).bool(value);
}
