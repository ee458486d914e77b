/**
 * @file Networks of int8 as ones of uint8. onnxruntime multiplies unsigned by signed bytes in pairs whose sum it cuts to 16 bits, on
 * processors without VNNI and in WebAssembly (`vpmaddubsw`; it advises weights of 7 bits, "reduce_range"); unsigned by unsigned ones it
 * multiplies exactly everywhere.
 */
import {
  type Graph,
  inferTypes,
  type Network,
  type Node,
  type OpName,
  type StoredAs,
  type ValueType,
  type ValueTypes,
} from '@sepconv/graph';
import type { Quantization, Tensor } from '@sepconv/tensor';

/** How far uint8 counts above int8. */
const shift = 128;

/** What two products of a byte and a weight may add up to: 255 · (a + b) ≤ 2¹⁵ − 1. */
const largestPair = 128;

/** Ops on integers that say nothing of scales, so that their bytes are what they are. */
const plainOps: ReadonlySet<OpName> = new Set<OpName>(['conv-integer', 'dynamic-quantize', 'matmul-integer']);

const products: ReadonlySet<OpName> = new Set<OpName>(['quantized-conv2d', 'quantized-matmul']);

/** Whether two weights of one output channel, the last dimension, are so large that a pair of products may be cut. */
function hasLargePairs({ data, shape }: Tensor): boolean {
  const channels = shape.at(-1) ?? 1;
  // Of each channel and sign the two largest sizes.
  const first = new Int32Array(2 * channels);
  const second = new Int32Array(2 * channels);
  for (let i = 0; i < data.length; i++) {
    const weight = data[i] as number;
    const at = 2 * (i % channels) + (weight < 0 ? 1 : 0);
    const size = Math.abs(weight);
    if (size > (first[at] as number)) {
      second[at] = first[at] as number;
      first[at] = size;
    } else if (size > (second[at] as number)) second[at] = size;
  }
  return first.some((size, at) => size + (second[at] as number) > largestPair);
}

/** Whether a runtime may cut sums of some product, or has none of its types: of int8 by uint8. */
function needsUnsigned({ graph, weights }: Network, types: ValueTypes): boolean {
  return graph.nodes.some(({ op, inputs }) => {
    const [input = '', name = ''] = inputs;
    if (!products.has(op)) return false;
    if (types.get(name)?.dtype !== 'int8') return types.get(input)?.dtype === 'int8';
    const weight = weights.get(name);
    return weight === undefined || hasLargePairs(weight);
  });
}

const shifted = <Numbers extends number | undefined>(value: Numbers): Numbers =>
  (value === undefined ? undefined : value + shift) as Numbers;

const unsignedQuantization = (quantization: Quantization): Quantization => ({
  ...quantization,
  zeroPoint: quantization.zeroPoint.map(shifted),
});

function unsignedResult({ dtype: _, scale, zeroPoint, min, max }: StoredAs): StoredAs {
  return {
    dtype: 'uint8',
    scale,
    zeroPoint: zeroPoint + shift,
    ...(min !== undefined && { min: min + shift }),
    ...(max !== undefined && { max: max + shift }),
  };
}

function unsignedTensor({ shape, data, quantization }: Tensor): Tensor {
  const bytes = Uint8Array.from(data as Int8Array, (value) => (value & 255) ^ shift);
  return {
    dtype: 'uint8',
    shape,
    data: bytes,
    ...(quantization && { quantization: unsignedQuantization(quantization) }),
  } as Tensor;
}

/** Attributes that speak of int8, as ones of uint8. */
function unsignedAttributes(node: Node, types: ValueTypes): Node['attributes'] {
  const { op, attributes, outputs } = node;
  if (types.get(outputs[0] as string)?.dtype !== 'int8') return attributes;
  if ('output' in attributes && typeof attributes.output === 'object')
    return { ...attributes, output: unsignedResult(attributes.output) };
  if (op === 'quantize')
    return { ...node.attributes, dtype: 'uint8', zeroPoint: node.attributes.zeroPoint.map(shifted) };
  if (op === 'reinterpret')
    return { ...attributes, quantization: unsignedQuantization(node.attributes.quantization) };
  if (op === 'pad') return { ...attributes, value: node.attributes.value + shift };
  return attributes;
}

/** Between int8, which inputs and outputs stay, and the uint8 of the same numbers inside: exact, since each is a whole step. */
function conversion(
  [from, to, real]: readonly [from: string, to: string, real: string],
  { quantization }: ValueType,
  dtype: 'int8' | 'uint8',
): Node[] {
  const { scale, zeroPoint } = quantization as Quantization;
  const zeros = dtype === 'uint8' ? zeroPoint.map(shifted) : zeroPoint;
  return [
    { name: real, op: 'dequantize', inputs: [from], outputs: [real], attributes: {} },
    {
      name: to,
      op: 'quantize',
      inputs: [real],
      outputs: [to],
      attributes: { dtype, scale, zeroPoint: zeros },
    },
  ];
}

function unsignedGraph(graph: Graph, types: ValueTypes): Graph {
  const isSigned = (name: string): boolean => types.get(name)?.dtype === 'int8';
  const inputs = graph.inputs.filter(({ name }) => isSigned(name)).map(({ name }) => name);
  const computed = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const outputs = graph.outputs.filter((name) => isSigned(name) && computed.has(name));
  const names = new Set([...types.keys(), ...graph.nodes.map(({ name }) => name)]);
  const unique = (stem: string): string => {
    let name = stem;
    for (let count = 1; names.has(name); count++) name = `${stem}_${count}`;
    names.add(name);
    return name;
  };
  const renamed = new Map([...inputs, ...outputs].map((name) => [name, unique(`${name}/unsigned`)]));
  const inside = (name: string): string => renamed.get(name) ?? name;
  const convert = (name: string, dtype: 'int8' | 'uint8'): Node[] => {
    const ends = dtype === 'uint8' ? [name, inside(name)] : [inside(name), name];
    const [from = '', to = ''] = ends;
    return conversion([from, to, unique(`${name}/real`)], types.get(name) as ValueType, dtype);
  };
  return {
    ...graph,
    parameters: graph.parameters.map((parameter) =>
      parameter.dtype === 'int8'
        ? {
            ...parameter,
            dtype: 'uint8',
            ...(parameter.quantization && { quantization: unsignedQuantization(parameter.quantization) }),
          }
        : parameter,
    ),
    nodes: [
      ...inputs.flatMap((name) => convert(name, 'uint8')),
      ...graph.nodes.map(
        (node) =>
          ({
            ...node,
            name: inside(node.name),
            inputs: node.inputs.map(inside),
            outputs: node.outputs.map(inside),
            attributes: unsignedAttributes(node, types),
          }) as Node,
      ),
      ...outputs.flatMap((name) => convert(name, 'int8')),
    ],
  };
}

/**
 * The network with uint8 for every int8 inside, where onnxruntime could otherwise cut a sum or has no product; the same one where not, or where it has
 * integers without scales. Inputs and outputs stay what they are. Means of stored integers may differ at halves, which go away from 0.
 */
export function withUnsignedBytes(network: Network): Network {
  const { graph, weights } = network;
  const types = inferTypes(graph);
  if (graph.nodes.some(({ op }) => plainOps.has(op)) || !needsUnsigned(network, types)) return network;
  const isUnclear = [...types.values()].some(
    ({ dtype, quantization }) => dtype === 'int8' && quantization === undefined,
  );
  if (isUnclear) return network;
  return {
    graph: unsignedGraph(graph, types),
    weights: new Map(
      [...weights].map(([name, tensor]) => [name, tensor.dtype === 'int8' ? unsignedTensor(tensor) : tensor]),
    ),
  };
}
