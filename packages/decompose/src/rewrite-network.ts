/** @file A network with some of its convolutions replaced. */
import type { Network, Node, NodeOf, Parameter } from '@sepconv/graph';
import { sameShape, type Tensor } from '@sepconv/tensor';
import type { ConvDecomposition } from './decompose-conv2d.js';
import type { LayerShape } from './layer-shape.js';
import { nameGiver, separableNodes } from './rewrite.js';

/** A convolution and the two that stand for it. */
export interface Replacement {
  readonly node: NodeOf<'conv2d'>;
  readonly layer: LayerShape;
  readonly decomposition: ConvDecomposition;
}

const isEqual = (a: Tensor, b: Tensor): boolean =>
  sameShape(a.shape, b.shape) && a.data.every((value, i) => value === b.data[i]);

/** The network with the replaced layers; what is not replaced stays as it is, object by object. */
export function rewriteNetwork(network: Network, replacements: readonly Replacement[]): Network {
  const { graph } = network;
  const freeName = nameGiver(graph);
  const byNode = new Map<Node, Replacement>(replacements.map((each) => [each.node, each]));
  const parameters: Parameter[] = [];
  const weights = new Map<string, Tensor>(network.weights);
  const placed = new Map<string, { readonly name: string; readonly tensor: Tensor }[]>();
  /** The name of these numbers among the weights: layers that read one parameter read one again where it became the same. */
  const place = (source: readonly string[], name: string, tensor: Tensor): string => {
    const alike = placed.get(JSON.stringify(source)) ?? [];
    const same = alike.find((other) => isEqual(other.tensor, tensor));
    if (same !== undefined) return same.name;
    placed.set(JSON.stringify(source), [...alike, { name, tensor }]);
    weights.set(name, tensor);
    return name;
  };
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const replacement = byNode.get(node);
    if (replacement === undefined) return [node];
    const { rank, bias, depthwise, pointwise } = replacement.decomposition;
    const made = separableNodes(replacement.node, replacement.layer, rank, bias !== undefined, freeName);
    const [, weight = '', ownBias = ''] = node.inputs;
    const names = new Map([
      [made.names.depthwise, place(['depthwise', weight], made.names.depthwise, depthwise)],
      [made.names.pointwise, place(['pointwise', weight], made.names.pointwise, pointwise)],
    ]);
    if (made.names.bias !== undefined && bias !== undefined)
      names.set(made.names.bias, place(['bias', weight, ownBias], made.names.bias, bias));
    parameters.push(...made.parameters.filter(({ name }) => names.get(name) === name));
    return made.nodes.map((one) => ({ ...one, inputs: one.inputs.map((name) => names.get(name) ?? name) }));
  });
  // Parameters of the replaced layers go, unless another node reads them too.
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]);
  const replacedInputs = replacements.flatMap(({ node }) => node.inputs.slice(1));
  const gone = new Set(replacedInputs.filter((name) => !read.has(name)));
  for (const name of gone) weights.delete(name);
  const kept = graph.parameters.filter(({ name }) => !gone.has(name));
  return { graph: { ...graph, nodes, parameters: [...kept, ...parameters] }, weights };
}
