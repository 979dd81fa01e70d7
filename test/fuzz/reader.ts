import type { Mutation } from './mutation.ts';

/** A reader of the project's under fire. */
export interface Reader<T = unknown> {
  readonly name: string;
  /** Valid inputs, which mutants are made from. */
  readonly inputs: readonly Uint8Array[];
  /** Reads an input as the project does; gives what it was taken for, or throws. */
  read(bytes: Uint8Array): T | Promise<T>;
  /** Changes that know the format, beside those of bytes. */
  readonly mutations?: readonly Mutation[];
  /**
   * Where the format has checksums: whether what a mutant was taken for is what its input holds, or a part of it that is
   * whole. Not asked of mutants whose checksums were set right.
   */
  isWhole?(read: T, input: Uint8Array, mutant: Uint8Array): boolean;
  /** Bytes that reading so many bytes may allocate. Default 1 MiB and 64 for each. */
  bound?(length: number): number;
}
