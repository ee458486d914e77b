import { formatShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { describeLayout, permuteDimensions, regroup, type Value } from '../layout.js';
import { flattenedShape, permutationOf, reshapedShape, squeezedShape, unsqueezedShape } from '../shapes.js';

/** The same memory under the shape that the node asks for; no node in the graph, unless elements have to move. */
const regrouped =
  (shapeOf: (context: NodeContext) => number[]) =>
  (context: NodeContext): Value => {
    const value = context.value(0);
    const shape = shapeOf(context);
    context.state.budget.checkShape(shape, 'the output');
    return (
      regroup(value, shape) ??
      regroup(context.natural(value), shape) ??
      refuse(`cannot see ${describeLayout(value)} as ${formatShape(shape)}`)
    );
  };

export const readReshape = regrouped(reshapedShape);
export const readFlatten = regrouped(flattenedShape);
export const readSqueeze = regrouped(squeezedShape);
export const readUnsqueeze = regrouped(unsqueezedShape);

/** Transpose: the same memory, whose dimensions are counted differently. */
export function readTranspose(context: NodeContext): Value {
  return permuteDimensions(context.value(0), permutationOf(context));
}

/** Identity, and what is one in inference. */
export function readIdentity(context: NodeContext): Value {
  return context.value(0);
}

/** Dropout, which passes everything on in inference. */
export function readDropout(context: NodeContext): Value {
  if (context.has(2) && context.constant(2, 'training_mode').data[0] !== 0) {
    refuse('is in training mode: export the model for inference');
  }
  return context.value(0);
}
