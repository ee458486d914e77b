import { rowMajorStrides, type Shape } from '@sepconv/tensor';
import type { ValueTypes } from '../infer.js';
import { contractOf } from '../ops/registry.js';
import { resizeTaps } from '../resize.js';
import type { Graph, Node } from '../types.js';

/** Whether elements that lie so far apart, in row-major order of this shape, are neighbours in memory. */
function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  const wanted = rowMajorStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === wanted[axis]);
}

/** Whether a node's result is its first input's memory, from its start on, under another shape or meaning. */
function isView(node: Node, input: Shape, output: Shape): boolean {
  if (contractOf(node.op).kind === 'view') return true;
  const strides = rowMajorStrides(input);
  switch (node.op) {
    case 'transpose':
      return isContiguous(
        output,
        node.attributes.permutation.map((axis) => strides[axis] as number),
      );
    case 'slice': {
      const { starts, steps } = node.attributes;
      const taken = strides.map((stride, axis) => stride * (steps[axis] as number));
      return starts.every((start) => start === 0) && isContiguous(output, taken);
    }
    case 'reduce-mean':
      return node.attributes.axes.every((axis) => input[axis] === 1);
    case 'resize2d':
      return ([0, 1] as const).every((axis) => {
        const size = input[axis + 1] as number;
        return (
          size === node.attributes.size[axis] &&
          resizeTaps(node.attributes, axis, size).every(
            (taps, index) => taps.length === 1 && taps[0]?.weight === 1 && taps[0].index === index,
          )
        );
      });
    default:
      return false;
  }
}

/**
 * The values that are another's memory from its start on, under another shape or meaning, and that other value: nothing has to run for
 * them. A parameter seen under another shape is none, because parameters do not lie where values do.
 */
export function viewsOf(graph: Graph, types: ValueTypes): ReadonlyMap<string, string> {
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  const shapeOf = (value: string): Shape => types.get(value)?.shape ?? [];
  const views = new Map<string, string>();
  for (const node of graph.nodes) {
    const [input = ''] = node.inputs;
    const [output = ''] = node.outputs;
    if (!parameters.has(input) && isView(node, shapeOf(input), shapeOf(output)))
      views.set(output, views.get(input) ?? input);
  }
  return views;
}
