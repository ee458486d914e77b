import {
  eliminateDeadNodes,
  expectNetwork,
  type Graph,
  GraphBuilder,
  inferTypes,
  type Network,
  type Node,
  producersOf,
} from '@sepconv/graph';
import { elementCount, formatShape } from '@sepconv/tensor';
import { asClassifier } from '../classifier.js';
import { TrainError } from '../errors.js';
import { initialWeights } from '../initial-weights.js';

/** Products with a weight of their own: what gives classes is one of them. */
const products: ReadonlySet<string> = new Set(['dense', 'pointwise-conv2d', 'conv2d', 'matmul']);

/** Where a classifier's head begins: the last product in front of its logits. */
interface Head {
  readonly product: Node;
  /** The value that the head reads, one row of numbers for each image. */
  readonly features: string;
  readonly count: number;
}

function headOf(graph: Graph): Head {
  const classifier = asClassifier(graph);
  const producers = producersOf(classifier.graph);
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  let node = producers.get(classifier.logits);
  while (node !== undefined && !(products.has(node.op) && parameters.has(node.inputs[1] ?? ''))) {
    node = producers.get(node.inputs.find((input) => !parameters.has(input)) ?? '');
  }
  const features = node?.inputs[0];
  if (node === undefined || features === undefined) {
    throw new TrainError(
      `the network "${graph.name}" ends in no dense layer or convolution, so there is no head to replace`,
    );
  }
  const shape = inferTypes(graph).get(features)?.shape ?? [];
  const count = shape.at(-1) ?? 0;
  if (elementCount(shape) !== count * (graph.inputs[0]?.shape[0] ?? 1)) {
    throw new TrainError(
      `the head of "${graph.name}" reads ${formatShape(shape)}, not one row of features for each image`,
    );
  }
  return { product: node, features, count };
}

/** A name that the graph does not have. */
function unusedName(graph: Graph, wanted: string): string {
  const taken = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.parameters.map(({ name }) => name),
    ...graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs]),
  ]);
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
  return name;
}

/** A classifier with a new head, whole and in its two parts. */
export interface ReplacedHead {
  /** Ends in logits. The weights of the backbone are those that it had. */
  readonly network: Network;
  /** The network up to its features, which it gives as they are: `[N, …, count]`. */
  readonly backbone: Network;
  /** From features `[1, 1, 1, count]` to logits, with the names that its parameters have in `network`. */
  readonly head: Network;
  /** How many numbers each image's features are. */
  readonly featureCount: number;
}

/**
 * Replaces what a classifier ends in, from its last dense layer or convolution on, by a dense layer for other classes, whose weights begin at
 * numbers from the seed.
 *
 * @param classes - How many, or their names.
 *
 * @throws {TrainError} when the network is no classifier, or does not end in a product.
 *
 * @example
 * const { backbone, head } = replaceHead(pretrained, ['circle', 'square']);
 * const training = await featuresOf(backbone, photos);
 */
export function replaceHead(given: Network, classes: number | readonly string[], seed = 0): ReplacedHead {
  expectNetwork(given);
  const { graph, weights } = given;
  const wanted = typeof classes === 'number' ? classes : classes?.length;
  if (!Number.isSafeInteger(wanted) || wanted < 2) {
    throw new TrainError(`a head needs at least 2 classes, but is given ${String(wanted)}`);
  }
  const { features, count } = headOf(graph);
  const batch = graph.inputs[0]?.shape[0] ?? 1;
  const backbone = eliminateDeadNodes({ graph: { ...graph, outputs: [features] }, weights });
  const backboneGraph = backbone.graph;
  const names = {
    flat: unusedName(backboneGraph, 'features'),
    logits: unusedName(backboneGraph, 'logits'),
    weight: unusedName(backboneGraph, 'head/weight'),
    bias: unusedName(backboneGraph, 'head/bias'),
  };
  const builder = new GraphBuilder('head');
  const input = builder.input('image', [1, 1, 1, count]);
  const flat = builder.node('reshape', [input], { shape: [1, count] }, names.flat);
  const weight = builder.parameter(names.weight, [count, wanted], 'weight');
  const bias = builder.parameter(names.bias, [wanted], 'bias');
  const headGraph = builder.build([builder.node('dense', [flat, weight, bias], {}, names.logits)]);
  const headWeights = initialWeights(headGraph, seed);
  const nodes = headGraph.nodes.map((node) =>
    node.op === 'reshape' ? { ...node, inputs: [features], attributes: { shape: [batch, count] } } : node,
  );
  const whole: Graph = {
    ...backboneGraph,
    nodes: [...backboneGraph.nodes, ...nodes],
    parameters: [...backboneGraph.parameters, ...headGraph.parameters],
    outputs: headGraph.outputs,
  };
  return {
    network: { graph: whole, weights: new Map([...backbone.weights, ...headWeights]) },
    backbone,
    head: { graph: headGraph, weights: headWeights },
    featureCount: count,
  };
}
