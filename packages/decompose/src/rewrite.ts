/** @file A conv2d node as the two nodes that stand for it: names, attributes, parameters. */
import {
  type Graph,
  inferTypes,
  type Node,
  type NodeOf,
  type Parameter,
  type ValueType,
} from '@sepconv/graph';
import type { LayerShape } from './layer-shape.js';
import { separableShapes } from './separable-weights.js';

/** Nodes and the parameters that they bring. */
export interface SeparableNodes {
  readonly nodes: readonly [first: Node, second: Node];
  readonly parameters: readonly Parameter[];
  /** Names of the parameters. */
  readonly names: { readonly depthwise: string; readonly pointwise: string; readonly bias?: string };
}

/** A 1×1 convolution; within groups it is a conv2d, because a pointwise-conv2d has none. */
function pointwiseNode(
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  groups: number,
): Node {
  if (groups === 1) return { name, op: 'pointwise-conv2d', inputs, outputs, attributes: {} };
  return {
    name,
    op: 'conv2d',
    inputs,
    outputs,
    attributes: {
      strides: [1, 1],
      dilations: [1, 1],
      padding: { top: 0, bottom: 0, left: 0, right: 0 },
      groups,
    },
  };
}

/**
 * The two nodes that stand for a convolution. The window's strides, dilations and padding are the depthwise step's, the bias is
 * the second step's, and the value that the convolution gave keeps its name: `conv` becomes `conv/depthwise` and
 * `conv/pointwise`, or `conv/pointwise` and `conv/depthwise`, or `conv/grouped` where T > 1.
 *
 * A padding of zeros stays right with the pointwise step first, because that step has no bias: it makes zeros of zeros.
 *
 * @param freeName makes a name that nothing in the graph has.
 */
export function separableNodes(
  node: NodeOf<'conv2d'>,
  layer: LayerShape,
  rank: number,
  hasBias: boolean,
  freeName: (name: string) => string,
): SeparableNodes {
  const { strides, dilations, padding } = node.attributes;
  const window = { strides, dilations, padding };
  const isDepthwiseFirst = layer.order === 'depthwise-pointwise';
  const isGrouped = !isDepthwiseFirst && rank > 1;
  const pointwiseName = freeName(`${node.name}/pointwise`);
  const spatialName = freeName(`${node.name}/${isGrouped ? 'grouped' : 'depthwise'}`);
  const depthwise = freeName(`${spatialName}/weight`);
  const pointwise = freeName(`${pointwiseName}/weight`);
  const secondName = isDepthwiseFirst ? pointwiseName : spatialName;
  const bias = hasBias ? freeName(`${secondName}/bias`) : undefined;
  const middle = isDepthwiseFirst ? spatialName : pointwiseName;
  const [input] = node.inputs as readonly [string];
  const biasInput = bias === undefined ? [] : [bias];
  const spatialNode = (inputs: readonly string[], outputs: readonly string[]): Node =>
    isGrouped
      ? {
          name: spatialName,
          op: 'conv2d',
          inputs,
          outputs,
          attributes: { ...window, groups: layer.filters },
        }
      : { name: spatialName, op: 'depthwise-conv2d', inputs, outputs, attributes: window };
  const nodes: SeparableNodes['nodes'] = isDepthwiseFirst
    ? [
        spatialNode([input, depthwise], [middle]),
        pointwiseNode(pointwiseName, [middle, pointwise, ...biasInput], node.outputs, layer.groups),
      ]
    : [
        pointwiseNode(pointwiseName, [input, pointwise], [middle], layer.groups),
        spatialNode([middle, depthwise, ...biasInput], node.outputs),
      ];
  const shapes = separableShapes(layer, rank);
  const weights: Parameter[] = [
    { name: depthwise, shape: shapes.depthwise, dtype: 'float32', role: 'weight' },
    { name: pointwise, shape: shapes.pointwise, dtype: 'float32', role: 'weight' },
  ];
  return {
    nodes,
    parameters: [
      ...(isDepthwiseFirst ? weights : weights.toReversed()),
      ...(bias === undefined
        ? []
        : [{ name: bias, shape: [layer.filters], dtype: 'float32', role: 'bias' } as const]),
    ],
    names: { depthwise, pointwise, ...(bias !== undefined && { bias }) },
  };
}

/** Gives names that a graph does not have yet: the wanted one, or with a running number behind it. */
export function nameGiver(graph: Graph): (name: string) => string {
  const taken = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.parameters.map(({ name }) => name),
    ...graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs]),
  ]);
  return (wanted) => {
    let name = wanted;
    for (let count = 1; taken.has(name); count++) name = `${wanted}_${count}`;
    taken.add(name);
    return name;
  };
}

/** A graph of one layer alone: some nodes in a row behind one input, with the parameters that they read. */
export function layerGraph(
  name: string,
  input: ValueType,
  nodes: readonly Node[],
  parameters: readonly Parameter[],
): Graph {
  const [first] = nodes[0]?.inputs ?? [];
  const outputs = nodes.at(-1)?.outputs ?? [];
  const graph: Graph = {
    name,
    inputs: [{ ...input, name: first as string }],
    parameters,
    nodes,
    outputs,
  };
  inferTypes(graph);
  return graph;
}
