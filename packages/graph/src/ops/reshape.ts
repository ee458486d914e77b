import { elementCount, formatShape, type Shape } from '@sepconv/tensor';
import type { OpContract } from './contract.js';
import { expectInteger, fail, inputAt, withElementsOf } from './contract.js';

/** Attributes of reshape. */
export interface ReshapeAttributes {
  /** All dimensions, batch included; none is left open. */
  readonly shape: Shape;
}

/** The same elements in the same order under another shape. */
export const reshape: OpContract<ReshapeAttributes> = {
  name: 'reshape',
  kind: 'view',
  inputs: [{ name: 'input' }],
  integers: 'kept',
  infer: (context) => {
    const input = inputAt(context, 0);
    const { shape } = context.attributes;
    shape.forEach((dimension, axis) => {
      expectInteger(context, `dimension ${axis} of the shape ${formatShape(shape)}`, dimension, 1);
    });
    if (elementCount(shape) !== elementCount(input.shape)) {
      fail(
        context,
        `${formatShape(input.shape)} has ${elementCount(input.shape)} elements, but ${formatShape(shape)} has ${elementCount(shape)}`,
      );
    }
    return [withElementsOf(context, input, shape)];
  },
};
