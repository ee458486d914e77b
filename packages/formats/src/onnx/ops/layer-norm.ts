import { elementCount } from '@sepconv/tensor';
import type { NodeContext } from '../context.js';
import { shapeOf, type Value } from '../layout.js';
import { numberParameter } from './arithmetic.js';

/**
 * LayerNormalization from dimension `axis` on. What is normalized together must lie behind the rest in memory, and in
 * the file's order, in which scale and shift count it. Mean and inverse standard deviation are computed besides where the network
 * reads them.
 */
export function readLayerNorm(context: NodeContext): Value | readonly Value[] {
  const found = context.value(0);
  const shape = shapeOf(found);
  const axis = context.axis(context.integerAttribute('axis', -1), shape.length);
  const rest = found.dimensions.slice(0, axis).flat();
  const normalized = found.dimensions.slice(axis).flat();
  const isBehind = normalized.every((part, i) => part === rest.length + i);
  const value = isBehind ? found : context.natural(found);
  const extent = elementCount(shape.slice(axis));
  const graphShape = context.graphShape(value.name);
  const flat =
    graphShape.at(-1) === extent
      ? value.name
      : context.reshaped(value.name, [elementCount(shape.slice(0, axis)), extent]);
  const scale = context.vector(1, extent, 'the scale', 'scale');
  const shift = context.has(2)
    ? context.vector(2, extent, 'the shift', 'shift')
    : context.zeros(`${context.name}/shift`, extent, 'shift');
  const epsilon = context.floatAttribute('epsilon', 1e-5);
  const result = { ...value, name: context.emit('layer-norm', [flat, scale, shift], { epsilon }) };
  const [, meanName = '', deviationName = ''] = context.node.outputs;
  if (meanName === '' && deviationName === '') return result;
  // The statistics have a 1 in place of every dimension that is normalized.
  const statistic = (name: string): Value => ({
    ...value,
    name,
    extents: value.extents.slice(0, rest.length),
    dimensions: value.dimensions.map((parts, d) => (d < axis ? parts : [])),
  });
  const last = context.graphShape(flat).length - 1;
  const mean = { axes: [last], keepDimensions: true };
  const own = context.named(meanName === '' ? `${context.name}/mean` : meanName);
  const average = own.emit('reduce-mean', [flat], mean);
  const centred = context.helper('sub', [flat, average], {});
  const variance = context.helper('reduce-mean', [context.helper('mul', [centred, centred], {})], mean);
  const least = numberParameter(context, epsilon);
  const one = numberParameter(context, 1);
  const deviation = context.helper('sqrt', [context.helper('add', [variance, least], {})], {});
  const inverse = context.named(deviationName === '' ? `${context.name}/deviation` : deviationName);
  return [result, statistic(average), statistic(inverse.emit('div', [one, deviation], {}))];
}
