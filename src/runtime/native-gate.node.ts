/**
 * The gate between a worker thread and native code, which the thread that started the worker can close.
 *
 * A thread that Node ends while it is inside onnxruntime-node takes the whole process down: the native code comes back
 * to a thread that may not run JavaScript any longer, and aborts. So a worker passes a gate on its way into native code,
 * and whoever ends the worker closes the gate first: that waits for the call that is under way, and lets no other in.
 */

const [OPEN, INSIDE, CLOSED] = [0, 1, 2] as const;

/** Shared memory of the two threads: one number that says where the worker is. */
export type NativeGate = Int32Array<SharedArrayBuffer>;

export function createNativeGate(): NativeGate {
  return new Int32Array(new SharedArrayBuffer(4));
}

let gate: NativeGate | undefined;
let inside = 0;

/** This thread passes that gate from now on. A thread without one goes straight in. */
export function passNativeGate(own: NativeGate): void {
  gate = own;
}

/** Carries out what goes into native code. Behind a closed gate it waits for the end of its thread. */
export async function inNativeCode<T>(call: () => Promise<T>): Promise<T> {
  if (gate === undefined) return call();
  if (inside++ === 0) enter(gate);
  try {
    return await call();
  } finally {
    if (--inside === 0) leave(gate);
  }
}

function enter(own: NativeGate): void {
  if (Atomics.compareExchange(own, 0, OPEN, INSIDE) === CLOSED) Atomics.wait(own, 0, CLOSED);
}

function leave(own: NativeGate): void {
  Atomics.store(own, 0, OPEN);
  Atomics.notify(own, 0);
}

/** Waits until the other thread is out of native code, and keeps it out; at most that many milliseconds. */
export function closeNativeGate(other: NativeGate, patience: number): void {
  const until = performance.now() + patience;
  while (Atomics.compareExchange(other, 0, OPEN, CLOSED) === INSIDE) {
    const left = until - performance.now();
    if (left <= 0) return;
    Atomics.wait(other, 0, INSIDE, left);
  }
}
