/** @file Shapes that ONNX nodes ask for: the same rules whether the node is computed at load or becomes part of the graph. */
import { elementCount, formatShape } from '@sepconv/tensor';
import { refuse } from '../errors.js';
import type { Part } from '../fold/known.js';
import type { NodeContext } from './context.js';

/** The wanted shape with −1 filled in and, unless `allowZero`, 0 meaning "as before". */
function completeShape(wanted: readonly number[], from: readonly number[], allowZero: boolean): number[] {
  const copied = wanted.map((dimension, axis) =>
    dimension === 0 && !allowZero ? (from[axis] ?? Number.NaN) : dimension,
  );
  const known = elementCount(copied.filter((dimension) => dimension !== -1));
  const shape = copied.map((dimension) => (dimension === -1 ? elementCount(from) / known : dimension));
  const isPossible = shape.every((dimension) => Number.isInteger(dimension) && dimension >= 0);
  if (!isPossible || elementCount(shape) !== elementCount(from)) {
    refuse(
      `cannot turn ${formatShape(from)} (${elementCount(from)} elements) into the shape ${formatShape(wanted)}`,
    );
  }
  return shape;
}

/** What a Reshape asks for: an attribute in operator sets before 5, an input since. */
export function reshapedShape(context: NodeContext): number[] {
  const wanted = context.integersAttribute('shape') ?? context.integerList(1, 'the new shape') ?? [];
  return completeShape(wanted, context.shape(0), context.integerAttribute('allowzero', 0) !== 0);
}

/** What a Flatten gives: the dimensions before `axis` as one, and the rest as one. */
export function flattenedShape(context: NodeContext): number[] {
  const shape = context.shape(0);
  const said = context.integerAttribute('axis', 1);
  const axis = said < 0 ? said + shape.length : said;
  if (!(axis >= 0 && axis <= shape.length)) {
    refuse(`flattens at dimension ${said}, but its input has ${shape.length} dimensions`);
  }
  return [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))];
}

/** Axes: an attribute in old operator sets, an input in new ones. */
export function axesOf(context: NodeContext, input: number): readonly number[] | undefined {
  return context.integersAttribute('axes') ?? context.integerList(input, 'the axes');
}

/** The shape without the named dimensions, or without all that are 1. */
export function squeezedShape(context: NodeContext): number[] {
  const shape = context.shape(0);
  const axes = axesOf(context, 1)?.map((axis) => context.axis(axis, shape.length));
  for (const axis of axes ?? []) {
    if (shape[axis] !== 1) {
      refuse(`squeezes dimension ${axis} of ${formatShape(shape)}, which is ${shape[axis]} and not 1`);
    }
  }
  return shape.filter((dimension, axis) => (axes === undefined ? dimension !== 1 : !axes.includes(axis)));
}

/** The shape with a 1 at each of the named places, which count in the result. */
export function unsqueezedShape(context: NodeContext): number[] {
  const rest = [...context.shape(0)];
  const said = axesOf(context, 1) ?? [];
  const rank = rest.length + said.length;
  const axes = new Set(said.map((axis) => context.axis(axis, rank)));
  if (axes.size !== said.length) refuse(`adds the dimensions ${said.join(', ')}, one of them twice`);
  return Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (rest.shift() as number)));
}

/** The permutation of a Transpose; without one the dimensions are reversed. */
export function permutationOf(context: NodeContext): number[] {
  const rank = context.shape(0).length;
  const reversed = Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const permutation = (context.integersAttribute('perm') ?? reversed).map((axis) => context.axis(axis, rank));
  if (permutation.length !== rank || new Set(permutation).size !== rank) {
    refuse(`${permutation.join(', ')} is no permutation of ${rank} dimensions`);
  }
  return permutation;
}

/** What a Slice takes of every dimension: attributes in operator sets before 10, inputs since. */
export function slicedParts(context: NodeContext): Part[] {
  const shape = context.shape(0);
  const list = (name: string, input: number) =>
    context.integersAttribute(name) ?? context.integerList(input, name);
  const starts = list('starts', 1) ?? [];
  const ends = list('ends', 2) ?? [];
  const axes = list('axes', 3) ?? starts.map((_, i) => i);
  const steps = context.integerList(4, 'steps') ?? [];
  const parts = shape.map((extent): Part => ({ start: 0, step: 1, count: extent }));
  axes.forEach((said, i) => {
    const axis = context.axis(said, shape.length);
    const extent = shape[axis] as number;
    const step = steps[i] ?? 1;
    if (step === 0 || !Number.isInteger(step)) refuse(`slices in steps of ${step}`);
    // Backwards, a slice may end before the first element.
    const [least, most] = step < 0 ? [-1, extent - 1] : [0, extent];
    const place = (index: number): number =>
      Math.min(most, Math.max(least, index < 0 ? index + extent : index));
    const start = place(starts[i] ?? 0);
    const count = Math.max(0, Math.ceil((place(ends[i] ?? extent) - start) / step));
    parts[axis] = { start, step, count };
  });
  return parts;
}

/**
 * The second shape as NumPy aligns it. Operator sets before 7 broadcast the second input only when told to, from the
 * dimension `axis` on.
 */
export function alignedShape(
  context: NodeContext,
  a: readonly number[],
  b: readonly number[],
): readonly number[] {
  const said = context.attribute('axis')?.integer;
  if (context.opset >= 7 || context.integerAttribute('broadcast', 0) === 0 || said === undefined) return b;
  const after = a.length - context.axis(said, a.length) - b.length;
  if (after < 0) refuse(`broadcasts ${formatShape(b)} from dimension ${said} of ${formatShape(a)}`);
  return [...b, ...new Array<number>(after).fill(1)];
}
