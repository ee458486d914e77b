import { elementCount } from '@sepconv/tensor';
import type { NodeContext } from '../context.js';
import { shapeOf, type Value } from '../layout.js';

/**
 * LayerNormalization from dimension `axis` on. What is normalized together must lie behind the rest in memory, and in
 * the file's order, in which scale and shift count it.
 */
export function readLayerNorm(context: NodeContext): Value {
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
  return { ...value, name: context.emit('layer-norm', [flat, scale, shift], { epsilon }) };
}
