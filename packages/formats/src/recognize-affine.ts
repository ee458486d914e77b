/**
 * @file `x · s + b` with numbers that are known, one for all channels or one for each: exporters write BatchNorm like this,
 * and networks that learn a scale and an offset behind a layer. It is a batch-norm with mean 0, variance 1 and epsilon 0,
 * to the same numbers, which the layer in front of it takes into its weights.
 */
import type { Network, Node } from '@sepconv/graph';
import { filled } from '@sepconv/tensor';
import { type TypedSurroundings, typedSurroundingsOf } from './recognize-around.js';
import { VectorParameters, type WithNumbers, withNumbers } from './recognize-vectors.js';

/** What a pair of nodes computes of a value with C channels. */
interface Affine {
  readonly input: string;
  readonly channels: number;
  readonly scale: WithNumbers;
  readonly shift: WithNumbers;
}

/** What `add` and the `mul` in front of it compute, if nobody else reads what is between. */
function affineOf(around: TypedSurroundings, add: Node): Affine | undefined {
  const channels = around.types.get(add.outputs[0] as string)?.shape.at(-1);
  if (add.op !== 'add' || channels === undefined) return undefined;
  const sum = withNumbers(around, add, channels);
  const mul = sum && around.isPrivate(sum.input) ? around.producers.get(sum.input) : undefined;
  if (sum === undefined || mul?.op !== 'mul') return undefined;
  const product = withNumbers(around, mul, channels);
  return product && { input: product.input, channels, scale: product, shift: sum };
}

/** Puts a batch-norm in place of every product with known numbers and the sum with known numbers behind it. */
export function mergeAffine(network: Network): Network {
  const around = typedSurroundingsOf(network);
  const parameters = new VectorParameters(network);
  const nodes = network.graph.nodes.map((node): Node => {
    const found = affineOf(around, node);
    if (found === undefined) return node;
    const { input, channels, scale, shift } = found;
    const { name, outputs } = node;
    const names = [
      parameters.addCopy(`${name}/scale`, 'scale', scale.numbers, channels),
      parameters.addCopy(`${name}/shift`, 'shift', shift.numbers, channels),
      parameters.add(`${name}/mean`, 'mean', filled('float32', [channels], 0)),
      parameters.add(`${name}/variance`, 'variance', filled('float32', [channels], 1)),
    ];
    return { name, op: 'batch-norm', inputs: [input, ...names], outputs, attributes: { epsilon: 0 } };
  });
  return parameters.apply(network, nodes);
}
