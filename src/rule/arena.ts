/**
 * One linear memory for parameters, gradients and optimizer slots: the engine reads and writes its views in place, the
 * fused rules run on the same bytes. The memory is sized before the first view and never grows (growing would detach
 * every view). Where threads share it, views are made on plain memory of the same bytes, as engines want it.
 */

import { OptionError } from '../base/errors.ts';
import { checkNumber } from '../base/options.ts';
import type { SharedMemory } from '../base/thread-pool.ts';

/** A parameter, flattened. */
export interface ParameterSize {
  readonly name: string;
  /** Number of elements. */
  readonly size: number;
  /** A vector where absent. Rules that see a parameter as a matrix need it. */
  readonly shape?: readonly number[];
}

/** Bytes for something else in the same memory. */
export interface BufferSize {
  readonly name: string;
  readonly bytes: number;
}

export type ArenaArray = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Regions of equal length and layout in one memory, one for each kind of number that a parameter has. */
export interface Arena<A extends ArenaArray = Float32Array<ArrayBuffer>> {
  readonly memory: WebAssembly.Memory;
  /** What the memory holds; every view is made on it. */
  readonly bytes: ArrayBuffer;
  readonly parameters: readonly ParameterSize[];
  /** Names of the regions, in the order they lie in memory. */
  readonly regions: readonly string[];
  /** Length of every region in elements, the padding behind each parameter counted. */
  readonly length: number;
  /** Where a region starts, in bytes. */
  address(region: string): number;
  /** Where a parameter starts within each region, in elements; its bytes start on a multiple of 64. */
  offset(parameter: string): number;
  /** A parameter's part of a region. */
  view(region: string, parameter: string): A;
  /** A whole region; what lies between parameters is padding, zero at the start. */
  region(region: string): A;
  /** The bytes of a reserved buffer, on a multiple of 64. */
  buffer(name: string): Uint8Array<ArrayBuffer>;
}

/** What an arena is to hold. */
export interface ArenaLayout {
  readonly parameters: readonly ParameterSize[];
  readonly regions: readonly string[];
  /** Further buffers in the same memory, for batches say. */
  readonly buffers?: readonly BufferSize[];
  /** Gives memory of so many pages of 64 KiB; by default a memory that is not shared. */
  readonly allocate?: ((pages: number) => SharedMemory) | undefined;
}

const alignment = 64;
const pageBytes = 65_536;
const maxPages = 65_536;
/**
 * Region r of a large arena starts at r · 68 KiB modulo 1 MiB. Element i of every region is used together, and where
 * their addresses agree in too many low bits they compete for the same cache ways: measured on an AMD EPYC, Adam on
 * 16 M parameters is steady with this stagger and, without it, up to twice as slow by luck (`npm run bench -- optimizer-adam`).
 */
const stagger = 69_632;
const staggerPeriod = 2 ** 20;

const align = (n: number, to: number) => Math.ceil(n / to) * to;

/**
 * Lays out regions of equal, padded length, and buffers, in a memory of their own; all zero.
 *
 * `element` is the type of the numbers: float32 as the engines have it, float64 for the reference executor. Throws an
 * OptionError for names used twice, sizes that are not whole numbers, and more than the 4 GiB that one memory can be.
 */
export function createArena(layout: ArenaLayout, element?: 'float32'): Arena;
export function createArena(layout: ArenaLayout, element: 'float64'): Arena<Float64Array<ArrayBuffer>>;
export function createArena(layout: ArenaLayout, element: 'float32' | 'float64'): Arena<ArenaArray>;
export function createArena(layout: ArenaLayout, element: 'float32' | 'float64' = 'float32'): Arena<ArenaArray> {
  const Elements = element === 'float32' ? Float32Array : Float64Array;
  const perElement = Elements.BYTES_PER_ELEMENT;

  const offsets = new Map<string, { start: number; size: number }>();
  let length = 0;
  for (const { name, size } of layout.parameters) {
    checkNumber(`parameter ${name}`, 'size', size, { min: 0, integer: true });
    once('parameter', name, offsets);
    offsets.set(name, { start: length, size });
    length = align(length + size, alignment / perElement);
  }

  const addresses = new Map<string, number>();
  const regionBytes = length * perElement;
  /** From the start of a region to that of the next. */
  const stride =
    regionBytes >= staggerPeriod ? align(regionBytes - stagger, staggerPeriod) + stagger : align(regionBytes, 4096);
  layout.regions.forEach((region, index) => {
    once('region', region, addresses);
    addresses.set(region, index * stride);
  });
  let end = layout.regions.length * stride;
  const buffers = new Map<string, { start: number; bytes: number }>();
  for (const { name, bytes } of layout.buffers ?? []) {
    checkNumber(`buffer ${name}`, 'bytes', bytes, { min: 0, integer: true });
    once('buffer', name, buffers);
    buffers.set(name, { start: end, bytes });
    end = align(end + bytes, alignment);
  }
  const { memory, bytes } = allocate(end, layout);

  const found = <T>(kind: string, name: string, known: ReadonlyMap<string, T>): T => {
    const value = known.get(name);
    if (value === undefined) {
      throw new OptionError('arena/unknown', `the arena has no ${kind} "${name}"`, {
        mend: `It has: ${[...known.keys()].join(', ')}.`,
      });
    }
    return value;
  };
  return {
    memory,
    bytes,
    parameters: layout.parameters,
    regions: [...addresses.keys()],
    length,
    address: (region) => found('region', region, addresses),
    offset: (parameter) => found('parameter', parameter, offsets).start,
    view: (region, parameter) => {
      const { start, size } = found('parameter', parameter, offsets);
      return new Elements(bytes, found('region', region, addresses) + start * perElement, size);
    },
    region: (region) => new Elements(bytes, found('region', region, addresses), length),
    buffer: (name) => {
      const { start, bytes: length } = found('buffer', name, buffers);
      return new Uint8Array(bytes, start, length);
    },
  };
}

function once(kind: string, name: string, known: ReadonlyMap<string, unknown>): void {
  if (!known.has(name)) return;
  throw new OptionError('arena/name-twice', `two of the arena's ${kind}s are named "${name}"`, {
    mend: `Give each ${kind} a name of its own.`,
  });
}

function allocate(bytes: number, layout: ArenaLayout): SharedMemory {
  const pages = Math.ceil(bytes / pageBytes);
  const parameters = layout.parameters.reduce((sum, { size }) => sum + size, 0);
  const wanted = `${parameters} parameters in ${layout.regions.length} regions (${layout.regions.join(', ')})`;
  if (pages > maxPages) {
    throw new OptionError('arena/too-large', `${wanted} need ${(bytes / 2 ** 30).toFixed(1)} GiB, one memory holds 4`, {
      mend: 'Use a smaller model, or an optimizer with fewer slots.',
    });
  }
  try {
    if (layout.allocate !== undefined) return layout.allocate(pages);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    return { memory, bytes: memory.buffer };
  } catch (cause) {
    throw new OptionError(
      'arena/no-memory',
      `${wanted} need ${(bytes / 2 ** 20).toFixed(0)} MiB, which the machine refused`,
      {
        mend: 'Close other programs, or use a smaller model.',
        cause,
      },
    );
  }
}
