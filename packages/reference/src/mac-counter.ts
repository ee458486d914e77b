/** Counts the multiply-adds that convolutions and dense layers execute, one by one, while they run. */
export interface MacCounter {
  /** Multiply-adds of all nodes. */
  readonly total: number;
  /** Multiply-adds by node name; a node that ran without any has a 0. */
  readonly byNode: ReadonlyMap<string, number>;
  /** Adds to a node's count. */
  add(node: string, macs: number): void;
}

/**
 * A counter at zero; give the same one to several runs to add them up.
 *
 * What counts: each product of an input element and a weight, also where the element is a zero of the padding. What
 * does not: the bias (an addition without a product), and every other op.
 *
 * @example
 * const counter = createMacCounter();
 * runReference(network, image, { counter });
 * counter.total; // 2 * counter.total floating-point operations
 */
export function createMacCounter(): MacCounter {
  const byNode = new Map<string, number>();
  let total = 0;
  return {
    get total() {
      return total;
    },
    byNode,
    add(node, macs) {
      byNode.set(node, (byNode.get(node) ?? 0) + macs);
      total += macs;
    },
  };
}
