/** @file Normalizations that ONNX has and the graph has not. */
import { elementCount, formatShape } from '@sepconv/tensor';
import { step } from '../../composites/composer.js';
import { standardized } from '../../composites/normalizations.js';
import { euclidean, sumOfSizes } from '../../composites/reductions.js';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { channelsLast, type Value } from '../layout.js';
import { composer, last } from './composing.js';

/** GroupNormalization: groups of channels of every image by themselves; scale and shift are of a channel, before operator set 21 of a group. */
export function readGroupNorm(context: NodeContext): Value {
  const shape = context.shape(0);
  const [images = 0, channels = 0, ...sizes] = shape;
  const groups = context.integerAttribute('num_groups', 0);
  if (shape.length < 3 || !(groups >= 1) || channels % groups !== 0)
    refuse(`normalizes ${groups} groups of the channels of ${formatShape(shape)}, which do not fit`);
  const each = channels / groups;
  const c = composer(context);
  const order = channelsLast(shape.length);
  const image = context.inOrder(context.value(0), order);
  const split = c.reshaped(image, [images, elementCount(sizes), groups, each]);
  const normalized = c.add(standardized(c, split, [1, 3], context.floatAttribute('epsilon', 1e-5)));
  const [scale, shift] = [1, 2].map((input) => {
    const { data } = context.tensor(input, input === 1 ? 'the scale' : 'the shift');
    if (data.length !== groups && data.length !== channels)
      refuse(`needs ${groups} or ${channels} numbers at input ${input}, but has ${data.length}`);
    const numbers = context.tensor(input, `input ${input}`);
    const wide = { ...numbers, shape: [groups, data.length === channels ? each : 1] };
    return context.parameter(context.node.inputs[input] as string, wide, 'constant');
  }) as [string, string];
  const scaled = c.plain('add', c.plain('mul', normalized, scale), shift);
  return context.result(
    last(context, step('reshape', [scaled], { shape: [images, ...sizes, channels] })),
    order,
  );
}

/** LpNormalization: divided by the sum of sizes, or the length, along one dimension. */
export function readLpNorm(context: NodeContext): Value {
  const { name, order } = context.ordered(context.value(0));
  const axis = context.axis(context.integerAttribute('axis', -1), order.length);
  const p = context.integerAttribute('p', 2);
  if (p !== 1 && p !== 2) refuse(`has the norm ${p}; 1 and 2 are supported`);
  const c = composer(context);
  const norm = c.add((p === 1 ? sumOfSizes : euclidean)(c, name, [order.indexOf(axis)], true));
  return context.result(last(context, step('div', [name, norm])), order);
}
