import type { Access, Width } from './kernel.js';

/** What a kernel reads. */
export type Operand =
  /** A value of the arena. */
  | { readonly kind: 'value'; readonly value: string }
  /** `isHalf`: kept in 16 bits a number, two to a word. */
  | { readonly kind: 'parameter'; readonly name: string; readonly isHalf?: boolean }
  /** Numbers that the plan itself has made. */
  | { readonly kind: 'constant'; readonly data: Float32Array<ArrayBuffer> };

/** A value is read in two widths: it can be bound once only, because the arena is writable. */
class WidthConflict extends Error {}

/** Whether an operand is kept in 16 bits a number. */
export const isHalf = (operand: Operand): boolean => operand.kind === 'parameter' && operand.isHalf === true;

const isSame = (a: Operand, b: Operand): boolean =>
  (a.kind === 'value' && b.kind === 'value' && a.value === b.value) ||
  (a.kind === 'parameter' && b.kind === 'parameter' && a.name === b.name && isHalf(a) === isHalf(b));

/** The operands of a step, each of them once, and how they are bound. */
export class OperandList {
  readonly operands: Operand[] = [];
  readonly accesses: Access[] = [];

  /**
   * The position of an operand that is read in this width.
   *
   * @throws {WidthConflict} when it is read in another width already and cannot be bound twice.
   */
  add(operand: Operand, width: Width): number {
    const isWritable = operand.kind === 'value';
    for (const [index, other] of this.operands.entries()) {
      if (!isSame(operand, other)) continue;
      if (this.accesses[index]?.width === width) return index;
      if (isWritable) throw new WidthConflict();
    }
    this.accesses.push({ isWritable, width, ...(isHalf(operand) ? { isHalf: true } : {}) });
    return this.operands.push(operand) - 1;
  }
}

/** What `build` makes with vectors, or without any where those do not go together. */
export function withWidths<T>(build: (most: 1 | 4) => T): T {
  try {
    return build(4);
  } catch (error) {
    if (!(error instanceof WidthConflict)) throw error;
    return build(1);
  }
}

/** The width in which runs of so many elements can be read. */
export const widthOf = (most: 1 | 4, ...lengths: readonly number[]): 1 | 4 =>
  lengths.every((length) => length % 4 === 0) ? most : 1;
