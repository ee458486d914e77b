import { type Shape, type Tensor, toFloat32 } from '@sepconv/tensor';
import { EngineError } from '../errors.js';
import type { FusedNode } from './fuse.js';
import type { Operand, PlanContext } from './step.js';

/** The number of bytes of a float. */
export const floatBytes = 4;

/** Floats in a vector register of 128 bits. */
export const lanes = 4;

/** The shape of a value. */
export function shapeOf(context: PlanContext, value: string | undefined): Shape {
  const type = value === undefined ? undefined : context.types.get(value);
  if (type === undefined)
    throw new EngineError(`the value "${value}" has no type: the graph was not validated`);
  return type.shape;
}

/** `[N, H, W, C]` of a value that an op has checked to be an image. */
export function imageOf(
  context: PlanContext,
  value: string | undefined,
): readonly [number, number, number, number] {
  return shapeOf(context, value) as unknown as readonly [number, number, number, number];
}

/** The numbers of a parameter, as float32. */
export function parameterOf(context: PlanContext, node: FusedNode, index: number): Tensor<'float32'> {
  const name = node.node.inputs[index];
  const tensor = name === undefined ? undefined : context.weights.get(name);
  if (tensor === undefined) {
    throw new EngineError(
      `${node.node.op} "${node.node.name}": input ${index} ("${name}") must be a parameter, because the engine packs it once`,
    );
  }
  return toFloat32(tensor);
}

/** What a folded BatchNorm multiplies each output channel of a weight by; nothing where none was folded in. */
export function factorsOf(context: PlanContext, node: FusedNode, index: number): Float64Array | undefined {
  return context.factors.get(node.node.inputs[index] ?? '');
}

/** The numbers of a bias, or zeros where the node has none. */
export function biasOf(context: PlanContext, node: FusedNode, index: number, channels: number): Float32Array {
  return node.node.inputs.length > index
    ? parameterOf(context, node, index).data
    : new Float32Array(channels);
}

/** The addend of an epilogue as the last operand, if there is one. */
export function addendOf(node: FusedNode): Operand[] {
  return node.addend === undefined ? [] : [{ kind: 'value', value: node.addend }];
}

/**
 * `count` items in `ceil(count / most)` groups whose sizes differ by at most one, the larger ones first: 49 rows in
 * tiles of at most 6 are four of 6 and five of 5, instead of eight of 6 and a slow one of 1.
 */
export function balanced(
  count: number,
  most: number,
): { readonly groups: number; readonly size: number; readonly larger: number } {
  const groups = Math.ceil(count / most);
  const size = Math.floor(count / groups);
  return { groups, size, larger: count - groups * size };
}
