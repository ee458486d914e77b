import { type Graph, inferTypes, type Node, type Parameter } from '@sepconv/graph';
import { CostError } from '../errors.js';
import { applyEdit, nameGiver, type Replacement, type Rewritten } from './edit.js';

/**
 * Replaces every standard convolution of more than one pixel by a depthwise and a pointwise one with nothing between them:
 * the same input, output, stride, dilation, padding and bias. Grouped convolutions stay. What the network then computes is
 * another function with other weights; what it costs is exact.
 *
 * The depthwise node is `<name>/depthwise` with the weight `[K_h, K_w, C_in, 1]`; the pointwise one keeps the name, and its
 * weight is `[1, 1, C_in, C_out]`.
 *
 * @throws {CostError} when there is no standard convolution.
 */
export function toSeparable(graph: Graph): Rewritten {
  const types = inferTypes(graph);
  const freeName = nameGiver(graph);
  const removed = new Set<string>();
  const inserted = new Map<string, readonly Node[]>();
  const parameters: Parameter[] = [];
  const replaced: Replacement[] = [];
  for (const node of graph.nodes) {
    if (node.op !== 'conv2d' || node.attributes.groups !== 1) continue;
    const [input = '', weight = '', ...bias] = node.inputs;
    const [height = 1, width = 1, channels = 1, filters = 1] = types.get(weight)?.shape ?? [];
    if (height * width === 1) continue;
    const middle = freeName(`${node.name}/depthwise`);
    const [depthwiseWeight, pointwiseWeight] = [
      freeName(`${node.name}/depthwise/weight`),
      freeName(`${node.name}/pointwise-weight`),
    ];
    const { strides, dilations, padding } = node.attributes;
    parameters.push(
      { name: depthwiseWeight, shape: [height, width, channels, 1], dtype: 'float32', role: 'weight' },
      { name: pointwiseWeight, shape: [1, 1, channels, filters], dtype: 'float32', role: 'weight' },
    );
    removed.add(node.name);
    inserted.set(node.name, [
      {
        name: middle,
        op: 'depthwise-conv2d',
        inputs: [input, depthwiseWeight],
        outputs: [middle],
        attributes: { strides, dilations, padding },
      },
      {
        name: node.name,
        op: 'pointwise-conv2d',
        inputs: [middle, pointwiseWeight, ...bias],
        outputs: node.outputs,
        attributes: {},
      },
    ]);
    replaced.push({ node: node.name, before: [node.name], after: [middle, node.name] });
  }
  if (replaced.length === 0) {
    throw new CostError(`"${graph.name}" has no standard convolution that could be made separable`);
  }
  return { graph: applyEdit(graph, { removed, inserted, parameters }, '-separable'), replaced };
}
