/** Counts the bytes of typed arrays as they are made, and refuses those that a case may not have. */

const names = [
  ...['Uint8Array', 'Int8Array', 'Uint8ClampedArray', 'Uint16Array', 'Int16Array', 'Uint32Array', 'Int32Array'],
  ...['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
] as const;

/** What was thrown in place of an allocation beyond the bound. */
export class BeyondBound extends Error {}

export interface Allocations {
  /** Begins a case, which may allocate so many bytes. */
  begin(bound: number): void;
  /** Bytes since then, the refused ones too. */
  bytes(): number;
  /** Gives the constructors back. */
  end(): void;
}

/** Takes the constructors of typed arrays and of ArrayBuffer in its place until `end`. */
export function watchAllocations(): Allocations {
  let bytes = 0;
  let bound = Number.POSITIVE_INFINITY;
  const originals = new Map<string, unknown>();
  const count = (more: number) => {
    bytes += more;
    if (bytes > bound) throw new BeyondBound(`${bytes} bytes are allocated, ${bound} are allowed`);
  };
  const watch = (name: string, width: number) => {
    const global = globalThis as unknown as Record<string, unknown>;
    const original = global[name] as new (...given: unknown[]) => object;
    originals.set(name, original);
    const watched: object = new Proxy(original, {
      construct(target, given: unknown[], newTarget) {
        const [first] = given;
        if (typeof first === 'number') count(Math.trunc(first) * width || 0);
        else if (Array.isArray(first)) count(first.length * width);
        return Reflect.construct(target, given, newTarget === watched ? target : newTarget) as object;
      },
    });
    global[name] = watched;
  };
  for (const name of names) watch(name, globalThis[name].BYTES_PER_ELEMENT);
  watch('ArrayBuffer', 1);
  return {
    begin(allowed) {
      bytes = 0;
      bound = allowed;
    },
    bytes: () => bytes,
    end() {
      for (const [name, original] of originals) (globalThis as unknown as Record<string, unknown>)[name] = original;
    },
  };
}
