import { describe, expect, it } from 'vitest';
import { fold, key, philox, RandomStream } from './random.ts';

const hex = (words: Uint32Array) => Array.from(words, (word) => word.toString(16).padStart(8, '0')).join(' ');

describe('philox', () => {
  it('gives the known answers of Random123 for Philox 4×32-10', () => {
    const zeros = new Uint32Array(4);
    philox(zeros, 0, 0);
    expect(hex(zeros)).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    const ones = new Uint32Array(4).fill(0xffffffff);
    philox(ones, 0xffffffff, 0xffffffff);
    expect(hex(ones)).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
    const pi = new Uint32Array([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]);
    philox(pi, 0xa4093822, 0x299f31d0);
    expect(hex(pi)).toBe('d16cfe09 94fdcceb 5001e420 24126ea1');
  });
});

describe('RandomStream', () => {
  it('goes on from a stored position as if it had never stopped', () => {
    const whole = new RandomStream(key(7));
    const draws = Array.from({ length: 20 }, () => whole.bits());
    const resumed = new RandomStream(key(7), 13);
    expect(Array.from({ length: 7 }, () => resumed.bits())).toEqual(draws.slice(13));
  });

  it('has the mean and variance of its distributions over 100 000 draws, within 1 %', () => {
    const stream = new RandomStream(key(1));
    let [sum, squares, uniform] = [0, 0, 0];
    for (let i = 0; i < 100_000; i++) {
      const z = stream.normal();
      sum += z;
      squares += z * z;
      uniform += stream.uniform();
    }
    expect(Math.abs(sum / 100_000)).toBeLessThan(0.01);
    expect(Math.abs(squares / 100_000 - 1)).toBeLessThan(0.01);
    expect(Math.abs(uniform / 100_000 - 0.5)).toBeLessThan(0.005);
  });

  it('permutes every index exactly once, each order of three about equally often', () => {
    const stream = new RandomStream(key(3));
    expect(Array.from(stream.permutation(100)).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = stream.permutation(3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe('fold', () => {
  it('derives distinct keys for distinct purposes, and the same for the same', () => {
    const root = key(5);
    expect(fold(root, 'shuffle')).toEqual(fold(root, 'shuffle'));
    expect(fold(root, 'shuffle')).not.toEqual(fold(root, 'dropout'));
    expect(fold(root, 1)).not.toEqual(fold(root, '1'));
  });
});
