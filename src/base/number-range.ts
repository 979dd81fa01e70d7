/** Which numbers an option may be. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  /** The bounds themselves are refused. */
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
  readonly integer?: boolean;
}
