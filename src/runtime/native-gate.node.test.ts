import { describe, expect, it } from 'vitest';
import { closeNativeGate, createNativeGate, inNativeCode, passNativeGate } from './native-gate.node.ts';

describe('the gate into native code', () => {
  it('is closed at once where nobody is inside, and not where the patience ends before the call', () => {
    const empty = createNativeGate();
    closeNativeGate(empty, 0);
    const occupied = createNativeGate();
    occupied[0] = 1;
    closeNativeGate(occupied, 1);
    expect([empty[0], occupied[0]]).toEqual([2, 1]);
  });

  it('tells that a call is inside until the last one is out, also where one fails', async () => {
    const gate = createNativeGate();
    passNativeGate(gate);
    const seen = () => Promise.resolve(gate[0]);
    const both = await Promise.all([inNativeCode(seen), inNativeCode(() => inNativeCode(seen))]);
    expect([both, gate[0]]).toEqual([[1, 1], 0]);
    await expect(inNativeCode(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(gate[0]).toBe(0);
  });
});
