import { activationOf, contractOf, functionOf, type Node } from '@sepconv/graph';
import { createTensor, type Tensor, zeros } from '@sepconv/tensor';
import { combineNumbers } from './broadcast.js';
import type { FloatTensor, ReferenceCall } from './reference-op.js';

/** The definition of an op whose contract says what it makes of each number, or of each two; `undefined` for others. */
export function elementwiseOp(
  node: Node,
): ((call: Pick<ReferenceCall<never>, 'inputs' | 'outputShape'>) => Tensor) | undefined {
  const activation = activationOf(node);
  if (activation !== undefined) {
    const value = functionOf(activation);
    return ({ inputs, outputShape }) =>
      createTensor('float32', outputShape, (inputs[0] as FloatTensor).data.map(value));
  }
  const { combine } = contractOf(node.op);
  if (combine === undefined) return undefined;
  return ({ inputs, outputShape }) =>
    combineNumbers(inputs as readonly [Tensor, Tensor], zeros('float32', outputShape), combine);
}
