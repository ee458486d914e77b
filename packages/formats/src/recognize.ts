/**
 * @file Ops that a file spells out in several. Exporters write hard-swish as `x · min(max(x + 3, 0), 6) / 6` and swish as
 * `x · sigmoid(x)`, a layer's bias as a sum behind it, LayerNorm with its means, and BatchNorm as a product and a sum; the
 * graph has one op for each, which kernels compute in one pass.
 */
import { contractOf, eliminateDeadNodes, type Network, type Node } from '@sepconv/graph';
import type { Clamp, Interval } from './range.js';
import { mergeAffine } from './recognize-affine.js';
import { bothWays, type Surroundings, scalarOf, surroundingsOf } from './recognize-around.js';
import { recognizeDilated } from './recognize-dilated.js';
import { recognizeLayerNorms } from './recognize-layer-norm.js';

const isAbout = (value: number | undefined, wanted: number): boolean =>
  value !== undefined && Math.abs(value - wanted) <= 1e-6 * Math.abs(wanted);

/** The node that computes a value which nobody else reads. */
function privateProducer(around: Surroundings, value: string, op: Node['op']): Node | undefined {
  const node = around.producers.get(value);
  return node?.op === op && around.isPrivate(value) ? node : undefined;
}

/** The bounds of a node that only bounds its input. */
function boundsOf(node: Node): Interval | undefined {
  if (node.op === 'relu') return { min: 0, max: Infinity };
  if (node.op === 'relu6') return { min: 0, max: 6 };
  if (node.op !== 'clamp') return undefined;
  const { min = -Infinity, max = Infinity } = node.attributes;
  return { min, max };
}

/** Two bounds one behind the other as one: Max and Min, in either order, are a ReLU6 or a clamp. */
function recognizeBounds(around: Surroundings, node: Node): Node | undefined {
  const input = node.inputs[0] as string;
  const inner = around.isPrivate(input) ? around.producers.get(input) : undefined;
  const [outer, before] = [boundsOf(node), inner && boundsOf(inner)];
  if (inner === undefined || outer === undefined || before === undefined) return undefined;
  const within = (value: number): number => Math.min(outer.max, Math.max(outer.min, value));
  const clamp = clampNode({ min: within(before.min), max: within(before.max) });
  const { op, ...attributes } = clamp;
  return { ...node, op, inputs: inner.inputs, attributes } as Node;
}

/** The op for these bounds. */
function clampNode({ min, max }: Interval): Clamp {
  if (min === 0 && max === Infinity) return { op: 'relu' };
  if (min === 0 && max === 6) return { op: 'relu6' };
  return { op: 'clamp', ...(min > -Infinity && { min }), ...(max < Infinity && { max }) };
}

/** The x of `min(max(x + 3, 0), 6)`. */
function shiftedRelu6(around: Surroundings, value: string): string | undefined {
  const bounded = privateProducer(around, value, 'relu6') ?? privateProducer(around, value, 'clamp');
  if (bounded === undefined) return undefined;
  if (bounded.op === 'clamp' && (bounded.attributes.min !== 0 || bounded.attributes.max !== 6))
    return undefined;
  const sum = privateProducer(around, bounded.inputs[0] as string, 'add');
  if (sum === undefined) return undefined;
  return bothWays(sum).find(([, three]) => scalarOf(around, three) === 3)?.[0];
}

function replace(node: Node, op: 'hard-swish' | 'swish', input: string): Node {
  return { name: node.name, op, inputs: [input], outputs: node.outputs, attributes: {} };
}

function sixthOf(node: Node, input: string): Node {
  const attributes = { slope: 1 / 6, offset: 0.5 };
  return { name: node.name, op: 'hard-sigmoid', inputs: [input], outputs: node.outputs, attributes };
}

/** Whether a value is another one, or that times 1: swish has a factor in front of the sigmoid, which is mostly 1. */
function isSame(around: Surroundings, value: string | undefined, other: string): boolean {
  if (value === undefined || value === other) return value === other;
  const product = privateProducer(around, value, 'mul');
  return (
    product !== undefined && bothWays(product).some(([x, one]) => x === other && scalarOf(around, one) === 1)
  );
}

/** `x · gate(x)`. */
function recognizeGate(around: Surroundings, node: Node): Node | undefined {
  for (const [input, gated] of bothWays(node)) {
    const gate = around.isPrivate(gated) ? around.producers.get(gated) : undefined;
    if (gate?.op === 'sigmoid' && isSame(around, gate.inputs[0], input)) return replace(node, 'swish', input);
    if (gate === undefined || gate.inputs[0] !== input) continue;
    if (
      gate.op === 'hard-sigmoid' &&
      isAbout(gate.attributes.slope, 1 / 6) &&
      gate.attributes.offset === 0.5
    ) {
      return replace(node, 'hard-swish', input);
    }
  }
  return undefined;
}

/** The values of which a product or a quotient may be a sixth. */
function sixthsOf(around: Surroundings, node: Node): readonly string[] {
  const [value = '', six = ''] = node.inputs;
  if (node.op === 'div') return scalarOf(around, six) === 6 ? [value] : [];
  return bothWays(node).flatMap(([part, sixth]) => (isAbout(scalarOf(around, sixth), 1 / 6) ? [part] : []));
}

/** `(x / 6) · relu6(x + 3)`. */
function recognizeScaled(around: Surroundings, node: Node): Node | undefined {
  for (const [scaled, relu] of bothWays(node)) {
    const input = shiftedRelu6(around, relu);
    const sixth =
      input === undefined
        ? undefined
        : (privateProducer(around, scaled, 'mul') ?? privateProducer(around, scaled, 'div'));
    if (input !== undefined && sixth !== undefined && sixthsOf(around, sixth).includes(input))
      return replace(node, 'hard-swish', input);
  }
  return undefined;
}

/** `relu6(x + 3) / 6` and `x · relu6(x + 3) / 6`. */
function recognizeSixth(around: Surroundings, node: Node): Node | undefined {
  for (const value of sixthsOf(around, node)) {
    const shifted = shiftedRelu6(around, value);
    if (shifted !== undefined) return sixthOf(node, shifted);
    const product = privateProducer(around, value, 'mul');
    for (const [input, relu] of product === undefined ? [] : bothWays(product)) {
      if (shiftedRelu6(around, relu) === input) return replace(node, 'hard-swish', input);
    }
  }
  return undefined;
}

/** A value that nobody else reads as `input · number`, or `input + number`. */
function withScalar(
  around: Surroundings,
  value: string,
  op: 'mul' | 'add',
): { input: string; scalar: number } | undefined {
  const node = privateProducer(around, value, op);
  for (const [input, number] of node === undefined ? [] : bothWays(node)) {
    const scalar = scalarOf(around, number);
    if (scalar !== undefined && !around.weights.has(input)) return { input, scalar };
  }
  return undefined;
}

/** `min(max(slope · x + offset, 0), 1)`, as Keras has its hard-sigmoid. */
function recognizeHardSigmoid(around: Surroundings, node: Node): Node | undefined {
  if (node.op !== 'clamp' || node.attributes.min !== 0 || node.attributes.max !== 1) return undefined;
  const sum = withScalar(around, node.inputs[0] as string, 'add');
  const product = sum && withScalar(around, sum.input, 'mul');
  if (sum === undefined || product === undefined) return undefined;
  const attributes = { slope: product.scalar, offset: sum.scalar };
  return { ...node, op: 'hard-sigmoid', inputs: [product.input], attributes };
}

/** Whether an op of real numbers takes a bias behind its input and weight. */
function takesBias(op: Node['op']): boolean {
  const { inputs, integers } = contractOf(op);
  return integers === undefined && inputs !== 'variadic' && inputs[2]?.name === 'bias';
}

/** `layer(x) + b` with one number per output channel, where the layer has no bias yet. */
function recognizeBias(
  around: Surroundings,
  node: Node,
): { readonly layer: Node; readonly bias: string } | undefined {
  for (const [value, bias] of bothWays(node)) {
    const layer = around.isPrivate(value) ? around.producers.get(value) : undefined;
    const added = around.weights.get(bias)?.shape;
    const weight =
      layer && takesBias(layer.op) ? around.weights.get(layer.inputs[1] as string)?.shape : undefined;
    if (layer === undefined || weight === undefined || layer.inputs.length !== 2) continue;
    const channels = layer.op === 'depthwise-conv2d' ? weight.at(-2)! * weight.at(-1)! : weight.at(-1);
    if (added?.length === 1 && added[0] === channels) return { layer, bias };
  }
  return undefined;
}

/** Gives layers the bias that a file adds behind them; the value keeps the name that it has after the addition. */
function mergeBiases({ graph, weights }: Network): Network {
  const around = surroundingsOf({ graph, weights });
  const merged = new Map<Node, Node>();
  const gone = new Set<Node>();
  const biases = new Set<string>();
  for (const node of graph.nodes) {
    const found = node.op === 'add' ? recognizeBias(around, node) : undefined;
    if (found === undefined) continue;
    const { layer, bias } = found;
    merged.set(layer, { ...layer, inputs: [...layer.inputs, bias], outputs: node.outputs } as Node);
    gone.add(node);
    biases.add(bias);
  }
  if (gone.size === 0) return { graph, weights };
  const nodes = graph.nodes.filter((node) => !gone.has(node)).map((node) => merged.get(node) ?? node);
  const parameters = graph.parameters.map((parameter) =>
    biases.has(parameter.name) ? ({ ...parameter, role: 'bias' } as const) : parameter,
  );
  return { graph: { ...graph, nodes, parameters }, weights };
}

/** The op that a node and those before it spell out. */
function recognizeActivation(around: Surroundings, node: Node): Node | undefined {
  if (node.op === 'div') return recognizeSixth(around, node);
  if (node.op === 'mul') {
    return recognizeSixth(around, node) ?? recognizeGate(around, node) ?? recognizeScaled(around, node);
  }
  const bounded = recognizeBounds(around, node);
  return recognizeHardSigmoid(around, bounded ?? node) ?? bounded;
}

/**
 * Replaces spelled-out dilated convolutions, relu6, hard-sigmoid, hard-swish, swish, layer-norm and batch-norm by their ops, and gives layers the bias
 * that is added behind them. Only values that nobody else reads disappear; the value at the end keeps its name.
 */
export function recognizePatterns(network: Network): Network {
  const { graph, weights } = mergeBiases(recognizeDilated(network));
  const around = surroundingsOf({ graph, weights });
  const nodes = graph.nodes.map((node) => {
    const found = recognizeActivation(around, node);
    if (found !== undefined) around.producers.set(node.outputs[0] as string, found);
    return found ?? node;
  });
  const recognized = eliminateDeadNodes({ graph: { ...graph, nodes }, weights });
  const normalized = withoutDeadNodes(recognized, recognizeLayerNorms(recognized));
  // Last: a product and a sum may be part of something that has an op of its own.
  return withoutDeadNodes(normalized, mergeAffine(normalized));
}

/** What became of a network, without what nobody reads any more, if anything changed. */
const withoutDeadNodes = (before: Network, after: Network): Network =>
  after === before ? before : eliminateDeadNodes(after);
