/**
 * @file `x · s + b` with numbers that are known, one for all channels or one for each: exporters write BatchNorm like this,
 * and networks that learn a scale and an offset behind a layer. It is a batch-norm with mean 0, variance 1 and epsilon 0,
 * to the same numbers, which the layer in front of it takes into its weights.
 */
import { inferTypes, type Network, type Node, type Parameter, type ValueTypes } from '@sepconv/graph';
import { createTensor, elementCount, filled, sameShape, type Tensor } from '@sepconv/tensor';
import { bothWays, type Surroundings, surroundingsOf } from './recognize-around.js';

/** With the shapes of all values. */
interface TypedSurroundings extends Surroundings {
  readonly types: ValueTypes;
}

/** What a pair of nodes computes of a value with C channels. */
interface Affine {
  readonly input: string;
  readonly channels: number;
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** The other input and the numbers, where one input of the node is a parameter of one number or of one per channel. */
function withNumbers(
  { weights, types }: TypedSurroundings,
  node: Node,
  channels: number,
): { input: string; numbers: Tensor } | undefined {
  const result = types.get(node.outputs[0] as string)?.shape ?? [];
  for (const [input, parameter] of bothWays(node)) {
    const numbers = weights.get(parameter);
    const shape = types.get(input)?.shape;
    if (numbers === undefined || shape === undefined || weights.has(input)) continue;
    const count = elementCount(numbers.shape);
    const fits = count === 1 || (count === channels && numbers.shape.at(-1) === channels);
    // A constant of more dimensions than the value would give the result more, too.
    if (fits && numbers.dtype === 'float32' && sameShape(shape, result)) return { input, numbers };
  }
  return undefined;
}

/** What `add` and the `mul` in front of it compute, if nobody else reads what is between. */
function affineOf(around: TypedSurroundings, add: Node): Affine | undefined {
  const channels = around.types.get(add.outputs[0] as string)?.shape.at(-1);
  if (add.op !== 'add' || channels === undefined) return undefined;
  const sum = withNumbers(around, add, channels);
  const mul = sum && around.isPrivate(sum.input) ? around.producers.get(sum.input) : undefined;
  if (sum === undefined || mul?.op !== 'mul') return undefined;
  const product = withNumbers(around, mul, channels);
  return product && { input: product.input, channels, scale: product.numbers, shift: sum.numbers };
}

/** One number per channel. */
function perChannel({ data }: Tensor, channels: number): Tensor<'float32'> {
  const numbers = data.length === 1 ? new Float32Array(channels).fill(data[0] as number) : data.slice();
  return createTensor('float32', [channels], numbers as Float32Array);
}

/** Names that nothing in the graph has yet. */
function uniqueNames({ graph }: Network): (stem: string) => string {
  const taken = new Set([
    ...[...graph.inputs, ...graph.parameters].map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  return (stem) => {
    let name = stem;
    for (let count = 1; taken.has(name); count++) name = `${stem}_${count}`;
    taken.add(name);
    return name;
  };
}

/** Puts a batch-norm in place of every product with known numbers and the sum with known numbers behind it. */
export function mergeAffine(network: Network): Network {
  const { graph } = network;
  const around = { ...surroundingsOf(network), types: inferTypes(graph) };
  const unique = uniqueNames(network);
  const weights = new Map(network.weights);
  const parameters: Parameter[] = [...graph.parameters];
  const nodes = graph.nodes.map((node): Node => {
    const found = affineOf(around, node);
    if (found === undefined) return node;
    const { input, channels, scale, shift } = found;
    const given = {
      scale: perChannel(scale, channels),
      shift: perChannel(shift, channels),
      mean: filled('float32', [channels], 0),
      variance: filled('float32', [channels], 1),
    };
    const names = Object.entries(given).map(([role, tensor]) => {
      const name = unique(`${node.name}/${role}`);
      parameters.push({ name, role: role as keyof typeof given, dtype: 'float32', shape: [channels] });
      weights.set(name, tensor);
      return name;
    });
    const { name, outputs } = node;
    return { name, op: 'batch-norm', inputs: [input, ...names], outputs, attributes: { epsilon: 0 } };
  });
  if (parameters.length === graph.parameters.length) return network;
  return { graph: { ...graph, nodes, parameters }, weights };
}
