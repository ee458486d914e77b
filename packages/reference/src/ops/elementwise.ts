import {
  type BinaryOpName,
  contractOf,
  functionOf,
  type OpName,
  opNames,
  type UnaryOpName,
} from '@sepconv/graph';
import { createTensor, type Tensor, zeros } from '@sepconv/tensor';
import { combineNumbers } from './broadcast.js';
import { checked } from './checked.js';
import type { FloatTensor, ReferenceOp } from './reference-op.js';

/** The definition of an op whose contract says what it makes of each number, or of each two; `undefined` for others. */
function elementwiseOp(op: OpName): ReferenceOp<OpName> | undefined {
  const { activation, combine } = contractOf(op);
  if (activation !== undefined) {
    return ({ attributes, inputs, outputShape }) =>
      createTensor(
        'float32',
        outputShape,
        (inputs[0] as FloatTensor).data.map(functionOf(activation(attributes))),
      );
  }
  if (combine === undefined) return undefined;
  return ({ inputs, outputShape }) =>
    combineNumbers(inputs as readonly [Tensor, Tensor], zeros('float32', outputShape), combine);
}

/** All ops on one number, activations among them, and on two. */
export function elementwiseOps(): {
  readonly [Name in UnaryOpName | BinaryOpName]: ReferenceOp<Name>;
} {
  const definitions = opNames.flatMap((op) => {
    const loops = elementwiseOp(op);
    return loops === undefined ? [] : [[op, checked(op, loops)] as const];
  });
  return Object.fromEntries(definitions) as never;
}
