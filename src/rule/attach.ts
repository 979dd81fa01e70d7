/**
 * A description is plain data (`{ optimizer: 'adam', … }`) and finds what it describes (the rule) by one property that
 * does not enumerate: so it prints to JSON and compares by its data alone, and no table is needed where it was built.
 * What JSON has read back is attached again by the reader of its kind.
 */

const definition = Symbol('definition');

/** Freezes `value`, tied to its definition. */
export function attach<T extends object>(value: T, to: unknown): Readonly<T> {
  Object.defineProperty(value, definition, { value: to, enumerable: false });
  return Object.freeze(value);
}

/** What the value was tied to, or `undefined`. */
export function attachedTo(value: object): unknown {
  return (value as { [definition]?: unknown })[definition];
}
