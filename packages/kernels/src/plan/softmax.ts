import { elementCount, type Shape } from '@sepconv/tensor';
import type { Engine } from './engine.js';
import { lanes } from './shapes.js';

/**
 * Softmax along the middle of `[outer, axis, inner]`. A unit of work is one outer index where `inner` is 1 (the sum runs
 * along a vector), and otherwise four neighbouring inner positions (each lane has its own sum).
 */
export interface SoftmaxKernel {
  readonly kind: 'softmax';
  readonly name: string;
  readonly outer: number;
  readonly axis: number;
  readonly inner: number;
}

/** The kernel for a softmax on an engine. */
export function planSoftmax(engine: Engine, shape: Shape, axis: number): SoftmaxKernel {
  return {
    kind: 'softmax',
    name: `f32_softmax__${engine.name}`,
    outer: elementCount(shape.slice(0, axis)),
    axis: shape[axis] as number,
    inner: elementCount(shape.slice(axis + 1)),
  };
}

/** Units of work. */
export function softmaxUnits({ outer, inner }: SoftmaxKernel): number {
  return inner === 1 ? outer : outer * Math.ceil(inner / lanes);
}
