/**
 * A plain ArrayBuffer on the bytes of a shared WebAssembly.Memory. Node 20 has no such thing, and onnxruntime-node takes
 * no other; the package koffi, which speaks to native code, makes one of an address.
 */

export interface PlainViews {
  /** The buffer keeps the memory alive. */
  of(memory: WebAssembly.Memory): ArrayBuffer;
}

/** Memories by their views: a view that somebody holds must not outlive its bytes. */
type Holders = WeakMap<ArrayBuffer, WebAssembly.Memory>;

/** `undefined` where koffi is not installed, or where this runtime forbids buffers on foreign memory (Electron does). */
export async function plainViews(): Promise<PlainViews | undefined> {
  try {
    const { default: koffi } = await import('koffi');
    const holders: Holders = new WeakMap();
    const views: PlainViews = {
      of(memory) {
        const bytes = new Uint8Array(memory.buffer);
        const view = koffi.view(koffi.address(bytes), bytes.length);
        holders.set(view, memory);
        return view;
      },
    };
    return isSound(views) ? views : undefined;
  } catch {
    return undefined;
  }
}

/** Whether both sides see what the other writes. */
function isSound(views: PlainViews): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const [shared, plain] = [new Uint8Array(memory.buffer), new Uint8Array(views.of(memory))];
  shared[3] = 5;
  plain[7] = 11;
  return plain.length === shared.length && plain[3] === 5 && shared[7] === 11;
}
