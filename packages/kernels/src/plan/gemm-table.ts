/**
 * @file Many matrix products of one layer as few steps. A transposed convolution with large strides is a product for each pair
 * of phases; that many steps would be that many calls in the module. Products whose code is equal differ in numbers only, so
 * the numbers lie in memory, a row of a table for each product, and one loop calls the product's function with each row.
 */
import { type GemmKernel, gemmUnits, packedLength } from './gemm.js';
import { splitGemm } from './gemm-code.js';
import type { ArrangedTaps } from './layout.js';
import { constantOperand } from './operands.js';
import { floatBytes } from './sizes.js';
import type { Operand } from './step.js';

/** Matrix products with equal code and other numbers; a unit of work is one of them. */
export interface GemmTableKernel {
  readonly kind: 'gemm-table';
  readonly name: string;
  readonly products: readonly GemmKernel[];
}

/** A product, and the taps of the weight that it sums over. */
export interface GemmOfTable {
  readonly kernel: GemmKernel;
  readonly taps: ArrangedTaps;
}

/** Numbers in front of those that the product's code names: its units, and the bytes from all weights to its own. */
export const numbersOfRow = 2;

/** The products of one layer, whose epilogue is the same, by their code; in the order of the first of each. */
export function groupByCode(products: readonly GemmOfTable[]): readonly (readonly GemmOfTable[])[] {
  const groups = new Map<string, GemmOfTable[]>();
  for (const product of products) {
    const { epilogue: _, ...code } = splitGemm(product.kernel).code;
    const key = Object.values(code).join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [product]);
    else group.push(product);
  }
  return [...groups.values()];
}

/** The kernel of products with equal code, whose packed weights lie one behind the other, and the table. */
export function planGemmTable(products: readonly GemmOfTable[]): {
  readonly kernel: GemmTableKernel;
  readonly table: Operand;
} {
  const kernels = products.map(({ kernel }) => kernel);
  let start = 0;
  const rows = kernels.flatMap((kernel) => {
    const row = [gemmUnits(kernel), start, ...splitGemm(kernel).sizes];
    start += packedLength(kernel) * floatBytes;
    return row;
  });
  return {
    kernel: { kind: 'gemm-table', name: `${kernels[0]?.name}_table`, products: kernels },
    table: constantOperand(Int32Array.from(rows)),
  };
}
