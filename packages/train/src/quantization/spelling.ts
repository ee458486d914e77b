/** @file Ops that integers have no form for, spelled by such as they have one for. */
import {
  eliminateDeadNodes,
  foldedBias,
  inferTypes,
  type Network,
  type Node,
  normFactors,
  normParameters,
  type Parameter,
  resizeTaps,
  type ValueTypes,
} from '@sepconv/graph';
import { toFloat32 } from '@sepconv/tensor';
import { constant, type Speller, type Spelling } from './spelling-of.js';
import { spellTransposed } from './spelling-transposed.js';

const onePixel = {
  strides: [1, 1],
  dilations: [1, 1],
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
} as const;

const imageOf = (node: Node, types: ValueTypes): readonly number[] | undefined => {
  const shape = types.get(node.inputs[0] as string)?.shape;
  return shape?.length === 4 ? shape : undefined;
};

/** A factor and a term for each channel, as a depthwise convolution of one tap. */
function perChannel(
  node: Node,
  output: string,
  factors: Float32Array,
  terms: Float32Array,
): Required<Spelling> {
  const weight = constant(`${node.name}/factor`, 'weight', [1, 1, factors.length, 1], factors);
  const bias = constant(`${node.name}/term`, 'bias', [terms.length], terms);
  return {
    nodes: [
      {
        name: output,
        op: 'depthwise-conv2d',
        inputs: [node.inputs[0] as string, weight.name, bias.name],
        outputs: [output],
        attributes: onePixel,
      },
    ],
    parameters: [weight, bias],
  };
}

/** A BatchNorm that no layer takes in: what it does to each channel is known. */
const spellBatchNorm: Speller<'batch-norm'> = (node, { graph, weights }, types) => {
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  if (imageOf(node, types) === undefined || !node.inputs.slice(1).every((name) => parameters.has(name)))
    return undefined;
  const norm = normParameters(node);
  const factors = normFactors(weights, norm);
  return perChannel(node, node.name, Float32Array.from(factors), foldedBias(weights, norm, factors));
};

/** `slope · x + offset` for each channel, then a clamp from 0 to 1. */
const spellHardSigmoid: Speller<'hard-sigmoid'> = (node, _, types) => {
  const shape = imageOf(node, types);
  if (shape === undefined) return undefined;
  const { slope, offset } = node.attributes;
  const filled = (value: number): Float32Array => new Float32Array(shape[3] as number).fill(value);
  const line = perChannel(node, `${node.name}/line`, filled(slope), filled(offset));
  return {
    ...line,
    nodes: [
      ...line.nodes,
      { ...node, op: 'clamp', inputs: [`${node.name}/line`], attributes: { min: 0, max: 1 } },
    ],
  };
};

/** `x · sigmoid(x)`, as the formats of integer networks spell it. */
const spellSwish: Speller<'swish'> = (node) => {
  const gate = `${node.name}/gate`;
  const [x = ''] = node.inputs;
  return {
    nodes: [
      { name: gate, op: 'sigmoid', inputs: [x], outputs: [gate], attributes: {} },
      { ...node, op: 'mul', inputs: [x, gate], attributes: {} },
    ],
  };
};

/** The mean over height and width. */
const spellMean: Speller<'reduce-mean'> = (node, _, types) => {
  const { axes, keepDimensions } = node.attributes;
  const shape = imageOf(node, types);
  if (shape === undefined || axes.length !== 2 || axes[0] !== 1 || axes[1] !== 2) return undefined;
  if (keepDimensions) return { nodes: [{ ...node, op: 'global-average-pool2d', attributes: {} }] };
  const mean = `${node.name}/mean`;
  const pooled: Node = { ...node, name: mean, outputs: [mean], op: 'global-average-pool2d', attributes: {} };
  const flat: Node = {
    ...node,
    op: 'reshape',
    inputs: [mean],
    attributes: { shape: [shape[0] as number, shape[3] as number] },
  };
  return { nodes: [pooled, flat] };
};

/** The largest of all pixels, as a window of the image's size. */
const spellGlobalMax: Speller<'global-max-pool2d'> = (node, _, types) => {
  const shape = imageOf(node, types);
  if (shape === undefined) return undefined;
  const window = [shape[1] as number, shape[2] as number] as const;
  return { nodes: [{ ...node, op: 'max-pool2d', attributes: { ...onePixel, window } }] };
};

/** `a − constant` and `a / constant` as a sum and a product. */
const withConstant =
  <Name extends 'sub' | 'div'>(
    op: Name extends 'sub' ? 'add' : 'mul',
    of: (value: number) => number,
  ): Speller<Name> =>
  (node, { graph, weights }) => {
    const [a = '', b = ''] = node.inputs;
    const parameter = graph.parameters.find(({ name }) => name === b);
    const tensor = weights.get(b);
    if (parameter === undefined || tensor === undefined) return undefined;
    const data = Float32Array.from(toFloat32(tensor).data, of);
    if (!data.every(Number.isFinite)) return undefined;
    const turned = constant(`${node.name}/constant`, 'constant', parameter.shape, data);
    const spelled = { ...node, op, inputs: [a, turned.name], attributes: {} } as unknown as Node;
    return { nodes: [spelled], parameters: [turned] };
  };

/**
 * An image that is a whole number of times as large, each pixel a block of its own copies: rows and columns are joined with themselves, which
 * moves integers as they are.
 */
const spellNearest: Speller<'resize2d'> = (node, _, types) => {
  const shape = imageOf(node, types);
  if (shape === undefined || node.attributes.mode !== 'nearest') return undefined;
  const [batch = 1, height = 1, width = 1, channels = 1] = shape;
  const { size } = node.attributes;
  const times = [size[0] / height, size[1] / width] as const;
  const isBlock = ([height, width] as const).every((extent, axis) =>
    resizeTaps(node.attributes, axis as 0 | 1, extent).every(
      ([tap, ...more], position) =>
        more.length === 0 && tap?.index === Math.floor(position / (times[axis as 0 | 1] as number)),
    ),
  );
  if (!isBlock || !times.every(Number.isInteger)) return undefined;
  const [rows, columns] = times;
  const step = (
    name: string,
    op: 'reshape' | 'concat',
    inputs: readonly string[],
    attributes: object,
  ): Node => ({ name, op, inputs, outputs: [name], attributes }) as Node;
  const at = (part: string): string => `${node.name}/${part}`;
  const copies = (name: string, count: number): string[] => Array.from({ length: count }, () => name);
  return {
    nodes: [
      step(at('rows'), 'reshape', [node.inputs[0] as string], {
        shape: [batch * height, 1, width * channels],
      }),
      step(at('more-rows'), 'concat', copies(at('rows'), rows), { axis: 1 }),
      step(at('columns'), 'reshape', [at('more-rows')], {
        shape: [batch * height * rows * width, 1, channels],
      }),
      step(at('more-columns'), 'concat', copies(at('columns'), columns), { axis: 1 }),
      {
        ...node,
        op: 'reshape',
        inputs: [at('more-columns')],
        attributes: { shape: [batch, ...size, channels] },
      },
    ],
  };
};

const spellers: { readonly [Name in Node['op']]?: Speller<Name> } = {
  'batch-norm': spellBatchNorm,
  'conv-transpose2d': spellTransposed,
  div: withConstant<'div'>('mul', (value) => 1 / value),
  'global-max-pool2d': spellGlobalMax,
  'hard-sigmoid': spellHardSigmoid,
  'reduce-mean': spellMean,
  resize2d: spellNearest,
  sub: withConstant<'sub'>('add', (value) => -value),
  swish: spellSwish,
};

/**
 * Spells ops that have no form in integers by such as have one, where that is the same function: `swish` as a gate, a mean over the image as
 * pooling, a `hard-sigmoid` or a lonely BatchNorm as a depthwise convolution of one tap, a division by constants as a product.
 *
 * @param norms - Whether lonely BatchNorms are spelled, too; while a network is trained they are not what they will be. Default `true`.
 */
export function spelledForIntegers(network: Network, norms = true): Network {
  const { graph } = network;
  const types = inferTypes(graph);
  const parameters: Parameter[] = [...graph.parameters];
  const weights = new Map(network.weights);
  const nodes = graph.nodes.flatMap((node) => {
    const spell = spellers[node.op] as Speller<Node['op']> | undefined;
    const isLater = !norms && (node.op === 'batch-norm' || node.op === 'conv-transpose2d');
    const spelling = isLater ? undefined : spell?.(node, network, types);
    for (const { tensor, ...parameter } of spelling?.parameters ?? []) {
      parameters.push(parameter);
      weights.set(parameter.name, tensor);
    }
    return spelling?.nodes ?? [node];
  });
  return eliminateDeadNodes({ graph: { ...graph, nodes, parameters }, weights });
}
