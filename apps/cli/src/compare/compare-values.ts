/** @file Every value of a network beside what another runtime computed for it. */
import { type ImportedNetwork, type StoredQuantization, toGraphLayout } from '@sepconv/formats';
import { type Graph, inferTypes, type Network, type Node, type ValueType } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { type DType, formatShape, type Shape, type Tensor, zeros } from '@sepconv/tensor';
import { DataError, printable } from '../errors.js';
import type { Dump } from './dump.js';

/** A value that both have. */
export interface Shared {
  /** In the file and in the dump. */
  readonly fileName: string;
  /** In the graph. */
  readonly name: string;
  /** What computes it; nothing for an input. */
  readonly op: string;
  readonly shape: Shape;
  /** The dump's numbers, in the order of the graph. */
  readonly theirs: Tensor<'float64'>;
}

/** What comparing a value found. */
export interface ValueCheck extends Omit<Shared, 'theirs'> {
  /** The largest difference. */
  readonly error: number;
  /** From the smallest of the dump's numbers to the largest. */
  readonly range: number;
  /** The one over the other; infinite where one of the two is NaN or infinite and the other is not. */
  readonly relative: number;
}

/** The dump's numbers under a name, with or without the output's number that TensorFlow appends. */
function dumped(dump: Dump, fileName: string): Tensor<'float64'> | undefined {
  return dump.get(fileName) ?? dump.get(`${fileName}:0`) ?? dump.get(fileName.replace(/:0$/, ''));
}

/** Stored integers as the real numbers that they stand for, where the network has those. */
function asReal(
  tensor: Tensor<'float64'>,
  dtype: DType,
  quantization: StoredQuantization | undefined,
): Tensor<'float64'> {
  if (quantization === undefined || dtype !== 'float32' || !tensor.data.every(Number.isInteger))
    return tensor;
  const { scale, zeroPoint } = quantization;
  return { ...tensor, data: tensor.data.map((stored) => scale * (stored - zeroPoint)) };
}

/** The values that the file, its network and the dump have, in the order of the network. */
export function sharedValues({ network, values }: ImportedNetwork, dump: Dump): Shared[] {
  const types = inferTypes(network.graph);
  const fileNames = new Map([...values].map(([fileName, value]) => [value.name, { fileName, ...value }]));
  const places = [
    ...network.graph.inputs.map(({ name }) => ({ name, op: 'input' })),
    ...network.graph.nodes.map(({ op, outputs }) => ({ name: outputs[0] as string, op })),
  ];
  return places.flatMap(({ name, op }) => {
    const place = fileNames.get(name);
    const theirs = place === undefined ? undefined : dumped(dump, place.fileName);
    if (place === undefined || theirs === undefined) return [];
    const { fileName, fileAxes, quantization } = place;
    const fits = fileAxes === undefined || fileAxes.length === theirs.shape.length;
    return [
      {
        fileName,
        name,
        op,
        shape: theirs.shape,
        theirs: asReal(
          fits ? toGraphLayout(theirs, { ...(fileAxes && { fileAxes }) }) : theirs,
          (types.get(name) as ValueType).dtype,
          quantization,
        ),
      },
    ];
  });
}

/**
 * The network's inputs out of the dump.
 *
 * @throws {DataError} when one is not there or has another shape.
 */
export function inputsOf({ graph }: Network, shared: readonly Shared[]): Map<string, Tensor> {
  return new Map(
    graph.inputs.map((input) => {
      const found = shared.find(({ name }) => name === input.name);
      if (found === undefined) {
        throw new DataError(
          `the dump has no numbers for the input "${printable(input.name)}": what went in has to be in it, under that name`,
        );
      }
      const { theirs, shape } = found;
      const count = input.shape.reduce((product, size) => product * size, 1);
      if (theirs.data.length !== count) {
        throw new DataError(
          `the dump's numbers for the input "${printable(found.fileName)}" are ${formatShape(shape)}, but the network takes ${formatShape(input.shape)}`,
        );
      }
      const tensor = zeros(input.dtype, input.shape);
      tensor.data.set(theirs.data);
      return [input.name, tensor];
    }),
  );
}

/** How far numbers are from the dump's. */
function differenceOf(
  ours: ArrayLike<number>,
  theirs: Float64Array,
): Pick<ValueCheck, 'error' | 'range' | 'relative'> {
  let [error, low, high] = [0, Infinity, -Infinity];
  theirs.forEach((expected, i) => {
    const actual = ours[i] as number;
    if (Number.isFinite(expected)) [low, high] = [Math.min(low, expected), Math.max(high, expected)];
    if (actual === expected || (Number.isNaN(actual) && Number.isNaN(expected))) return;
    const difference = Math.abs(actual - expected);
    error = Math.max(error, Number.isFinite(difference) ? difference : Infinity);
  });
  const range = high > low ? high - low : 0;
  // Of equal numbers, their size.
  const scale = range > 0 ? range : Math.max(Math.abs(Number.isFinite(high) ? high : 0), Number.MIN_VALUE);
  return { error, range, relative: error === 0 ? 0 : error / scale };
}

/** Compares one value. @throws {DataError} when the numbers are of another count. */
export function checkValue({ theirs, ...shared }: Shared, ours: Tensor): ValueCheck {
  if (ours.data.length !== theirs.data.length) {
    throw new DataError(
      `"${printable(shared.fileName)}" is ${formatShape(shared.shape)} in the dump, but the network gives ${formatShape(ours.shape)}: was the dump made of this file, with inputs of these shapes?`,
    );
  }
  return { ...shared, ...differenceOf(ours.data, theirs.data) };
}

/** The nodes between a value and the nearest values that are known, and those. */
function segmentOf(
  graph: Graph,
  value: string,
  known: ReadonlySet<string>,
): { nodes: Node[]; from: Set<string> } {
  const needed = new Set([value]);
  const from = new Set<string>();
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) (known.has(input) ? from : needed).add(input);
    return true;
  });
  return { nodes: nodes.toReversed(), from };
}

/**
 * What the reference gives for a value from the dump's own numbers of the values before it, beside the dump's: it tells
 * whether this value's ops compute something else, or what went into them was something else already.
 */
export function checkAlone(
  { graph, weights }: Network,
  value: Shared,
  shared: readonly Shared[],
): ValueCheck {
  const types = inferTypes(graph);
  const before = new Map(shared.filter(({ name }) => name !== value.name).map((one) => [one.name, one]));
  const { nodes, from } = segmentOf(graph, value.name, new Set(before.keys()));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const inputs = [...from].map((name) => ({ name, ...(types.get(name) as ValueType) }));
  const segment: Network = {
    graph: {
      ...graph,
      inputs,
      nodes,
      parameters: graph.parameters.filter(({ name }) => read.has(name)),
      outputs: [value.name],
    },
    weights,
  };
  const given = inputs.map(({ name, shape, dtype, quantization }) => {
    const tensor = { ...zeros(dtype, shape), ...(quantization && { quantization }) };
    tensor.data.set(before.get(name)?.theirs.data ?? []);
    return [name, tensor] as const;
  });
  return checkValue(value, runReference(segment, new Map(given)).get(value.name) as Tensor);
}
