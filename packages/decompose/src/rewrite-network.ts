/** @file A network with some of its convolutions replaced. */
import type { Network, Node, NodeOf, Parameter } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import type { ConvDecomposition } from './decompose-conv2d.js';
import type { LayerShape } from './layer-shape.js';
import { nameGiver, separableNodes } from './rewrite.js';

/** A convolution and the two that stand for it. */
export interface Replacement {
  readonly node: NodeOf<'conv2d'>;
  readonly layer: LayerShape;
  readonly decomposition: ConvDecomposition;
}

/** The network with the replaced layers; what is not replaced stays as it is, object by object. */
export function rewriteNetwork(network: Network, replacements: readonly Replacement[]): Network {
  const { graph } = network;
  const freeName = nameGiver(graph);
  const byNode = new Map<Node, Replacement>(replacements.map((each) => [each.node, each]));
  const parameters: Parameter[] = [];
  const weights = new Map<string, Tensor>(network.weights);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const replacement = byNode.get(node);
    if (replacement === undefined) return [node];
    const { rank, bias, depthwise, pointwise } = replacement.decomposition;
    const made = separableNodes(replacement.node, replacement.layer, rank, bias !== undefined, freeName);
    parameters.push(...made.parameters);
    weights.set(made.names.depthwise, depthwise);
    weights.set(made.names.pointwise, pointwise);
    if (made.names.bias !== undefined && bias !== undefined) weights.set(made.names.bias, bias);
    return made.nodes;
  });
  // Parameters of the replaced layers go, unless another node reads them too.
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]);
  const replacedInputs = replacements.flatMap(({ node }) => node.inputs.slice(1));
  const gone = new Set(replacedInputs.filter((name) => !read.has(name)));
  for (const name of gone) weights.delete(name);
  const kept = graph.parameters.filter(({ name }) => !gone.has(name));
  return { graph: { ...graph, nodes, parameters: [...kept, ...parameters] }, weights };
}
