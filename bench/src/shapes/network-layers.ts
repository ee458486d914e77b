/** @file The layers of a network as rows of a table, equal ones once. */
import {
  type Graph,
  inferTypes,
  type Node,
  samePadding,
  usesOf,
  type WindowAttributes,
} from '@sepconv/graph';
import type { Layer } from './layer.ts';
import { describeLayer } from './table-file.ts';

type Shape = readonly number[];

/** The activation behind a node and its BatchNorm, if an engine can do it in the store. */
function activationBehind(node: Node, uses: ReturnType<typeof usesOf>): Layer['activation'] {
  const [user, ...others] = uses.get(node.outputs[0] as string) ?? [];
  if (user === undefined || user === 'output' || others.length > 0) return 'none';
  if (user.op === 'batch-norm') return activationBehind(user, uses);
  return user.op === 'relu' || user.op === 'relu6' ? user.op : 'none';
}

function paddingOf(
  { padding, strides, dilations }: WindowAttributes,
  input: Shape,
  kernel: Shape,
): Layer['padding'] {
  const [, height = 0, width = 0] = input;
  const [kernelHeight = 0, kernelWidth = 0] = kernel;
  const { top, bottom, left, right } = padding;
  const same = samePadding([height, width], [kernelHeight, kernelWidth], strides, dilations);
  if (same.top === top && same.bottom === bottom && same.left === left && same.right === right) return 'same';
  return top + bottom + left + right === 0 ? 'valid' : padding;
}

function layerOf(
  node: Node,
  shapeOf: (name: string | undefined) => Shape,
  activation: Layer['activation'],
): Layer | undefined {
  const input = shapeOf(node.inputs[0]);
  const weight = shapeOf(node.inputs[1]);
  const [height = 1, width = 1, , last = 1] = weight;
  const plain = {
    name: node.name,
    input,
    kernel: [1, 1] as const,
    strides: [1, 1] as const,
    dilations: [1, 1] as const,
    padding: 'same' as const,
    filters: weight.at(-1) ?? 1,
    groups: 1,
    activation,
    times: 1,
    type: 'float32' as const,
  };
  switch (node.op) {
    case 'pointwise-conv2d':
    case 'dense':
      return { ...plain, op: node.op };
    case 'conv2d':
    case 'depthwise-conv2d': {
      const { strides, dilations } = node.attributes;
      const groups = node.op === 'conv2d' ? node.attributes.groups : 1;
      const padding = paddingOf(node.attributes, input, weight);
      return {
        ...plain,
        op: node.op,
        kernel: [height, width],
        strides,
        dilations,
        padding,
        filters: last,
        groups,
      };
    }
    default:
      return undefined;
  }
}

/** All convolutions and dense layers of a network in order; a layer that comes again is counted, not repeated. */
export function layersOf(graph: Graph): Layer[] {
  const types = inferTypes(graph);
  const uses = usesOf(graph);
  const shapeOf = (name: string | undefined): Shape => types.get(name ?? '')?.shape ?? [];
  const layers = new Map<string, Layer>();
  for (const node of graph.nodes) {
    const layer = layerOf(node, shapeOf, activationBehind(node, uses));
    if (layer === undefined) continue;
    const key = describeLayer(layer);
    const before = layers.get(key);
    layers.set(key, before === undefined ? layer : { ...before, times: before.times + 1 });
  }
  return [...layers.values()];
}
