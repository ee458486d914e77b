import { formatShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { Part } from '../../fold/known.js';
import type { NodeContext } from '../context.js';
import { shapeOf, type Value } from '../layout.js';
import { slicedParts } from '../shapes.js';

/** The wanted part of every dimension, as one slice in the order in which the value lies. */
export function takeParts(
  context: NodeContext,
  value: Value,
  parts: readonly Part[],
  output?: string,
): Value {
  const shape = shapeOf(value);
  const empty = parts.findIndex(({ count }) => count === 0);
  if (empty >= 0)
    refuse(`takes nothing of dimension ${empty} of ${formatShape(shape)}, which is not supported`);
  const isWhole = parts.every(({ step, count }, axis) => step === 1 && count === shape[axis]);
  if (isWhole && output === undefined) return value;
  const { name, order } = context.ordered(value);
  const along = order.map((axis) => parts[axis] as Part);
  const attributes = {
    starts: along.map(({ start }) => start),
    ends: along.map(({ start, step, count }) =>
      step > 0 ? start + (count - 1) * step + 1 : start + (count - 1) * step - 1,
    ),
    steps: along.map(({ step }) => step),
  };
  const part =
    output === undefined
      ? context.emit('slice', [name], attributes)
      : context.named(output).emit('slice', [name], attributes);
  return context.result(part, order);
}

/** Slice. */
export function readSlice(context: NodeContext): Value {
  return takeParts(context, context.value(0), slicedParts(context));
}

/** Lengths of a Split's parts: stated, or as equal as the dimension allows. */
function splitLengths(context: NodeContext, extent: number): readonly number[] {
  const stated = context.integersAttribute('split') ?? context.integerList(1, 'the lengths of the parts');
  const count = context.integerAttribute('num_outputs', context.node.outputs.length);
  const length = Math.ceil(extent / count);
  const lengths = stated ?? Array.from({ length: count }, (_, i) => Math.min(length, extent - i * length));
  const isComplete = lengths.reduce((sum, one) => sum + one, 0) === extent && lengths.every((one) => one > 0);
  if (!isComplete || lengths.length !== context.node.outputs.length) {
    refuse(
      `splits ${extent} into ${context.node.outputs.length} parts of ${lengths.slice(0, 16).join(', ')}, which do not add up`,
    );
  }
  return lengths;
}

/** Split: one slice for each output. */
export function readSplit(context: NodeContext): readonly Value[] {
  const value = context.value(0);
  const shape = shapeOf(value);
  if (context.node.outputs.length > 256)
    refuse(`has ${context.node.outputs.length} outputs; at most 256 are supported`);
  const axis = context.axis(context.integerAttribute('axis', 0), shape.length);
  let start = 0;
  return splitLengths(context, shape[axis] as number).map((count, i) => {
    const parts = shape.map((extent, d) =>
      d === axis ? { start, step: 1, count } : { start: 0, step: 1, count: extent },
    );
    start += count;
    return takeParts(context, value, parts, context.node.outputs[i] as string);
  });
}
