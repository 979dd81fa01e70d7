/**
 * A plain ArrayBuffer on the bytes of a shared WebAssembly.Memory. Node 20 has no such thing, and onnxruntime-node takes
 * no other; the package koffi, which speaks to native code, makes one of an address.
 */

export interface PlainViews {
  /** The buffer keeps the memory alive. */
  of(memory: WebAssembly.Memory): ArrayBuffer;
}

/** From so many bytes on, memory is asked for in large pages. */
const LARGE = 2 ** 22;
/** Linux's number for "these pages may be large ones" (madvise(2)). */
const MADV_HUGEPAGE = 14;

/** Memories by their views: a view that somebody holds must not outlive its bytes. */
type Holders = WeakMap<ArrayBuffer, WebAssembly.Memory>;

/** `undefined` where koffi is not installed, or where this runtime forbids buffers on foreign memory (Electron does). */
export async function plainViews(): Promise<PlainViews | undefined> {
  try {
    const { default: koffi } = await import('koffi');
    const advise = largePages(koffi);
    const holders: Holders = new WeakMap();
    const views: PlainViews = {
      of(memory) {
        const { byteLength } = memory.buffer;
        const bytes = new Uint8Array(memory.buffer);
        if (byteLength >= LARGE) advise?.(bytes, byteLength, MADV_HUGEPAGE);
        const view = koffi.view(koffi.address(bytes), byteLength);
        holders.set(view, memory);
        return view;
      },
    };
    return isSound(views) ? views : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Asks for pages of 2 MiB, where the system gives them on request only: a pass over large regions looks up half a
 * thousandth of the addresses then. What it answers does not matter.
 */
function largePages(koffi: typeof import('koffi').default): ((...args: unknown[]) => unknown) | undefined {
  if (process.platform !== 'linux') return undefined;
  return koffi.load(null).func('int madvise(void *address, size_t length, int advice)');
}

/** Whether both sides see what the other writes. */
function isSound(views: PlainViews): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const [shared, plain] = [new Uint8Array(memory.buffer), new Uint8Array(views.of(memory))];
  shared[3] = 5;
  plain[7] = 11;
  return plain.length === shared.length && plain[3] === 5 && shared[7] === 11;
}
