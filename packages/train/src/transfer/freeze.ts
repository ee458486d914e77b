import { foldBatchNorm, type Graph, type Network } from '@sepconv/graph';
import { TrainError } from '../errors.js';

/** Ops that a block of a network is counted by, where it has some. */
const blockOps: readonly string[] = ['depthwise-conv2d', 'separable-conv2d'];
const otherProducts: readonly string[] = ['conv2d', 'pointwise-conv2d', 'dense'];

/** A network of which only a part is trained. */
export interface FrozenNetwork {
  readonly network: Network;
  /** For the setting `trainable`: the parameters that are not frozen. */
  readonly trainable: readonly string[];
}

/** Where the last blocks begin: at the depthwise convolution of the first of them. */
function firstOf({ nodes, name }: Graph, blocks: number): number {
  const isBlock = ({ op }: Graph['nodes'][number]): boolean =>
    (nodes.some((node) => blockOps.includes(node.op)) ? blockOps : otherProducts).includes(op);
  const starts = nodes.flatMap((node, i) => (isBlock(node) ? [i] : []));
  const first = starts.at(-blocks);
  if (first !== undefined) return first;
  throw new TrainError(
    `the network "${name}" has ${starts.length} blocks, so its last ${blocks} cannot be trained: give fewer, or 'all'`,
  );
}

/**
 * Freezes a network but for its last blocks: each begins with a depthwise convolution (in a network without any, with any product), and
 * what stands behind the last one, the head among it, belongs to it. BatchNorm is folded into the convolutions, so that its statistics
 * stay what they were in training: batches of a few photos would spoil them.
 *
 * @param blocks - How many of the last blocks are trained; 0 for nothing but the last product, `'all'` for everything.
 *
 * @throws {TrainError} when there are fewer blocks.
 *
 * @example
 * const { network, trainable } = freeze(replaced.network, 3);
 * startTraining(network, data, { trainable, learningRate: { base: 0.01 } });
 */
export function freeze(given: Network, blocks: number | 'all' = 0): FrozenNetwork {
  if (blocks !== 'all' && !(Number.isSafeInteger(blocks) && blocks >= 0)) {
    throw new TrainError(
      `the blocks to train must be a whole number of at least 0, or 'all', but are ${String(blocks)}`,
    );
  }
  const network = foldBatchNorm(given);
  const { graph } = network;
  const known = new Map(graph.parameters.map((parameter) => [parameter.name, parameter]));
  const lastProduct = graph.nodes.findLastIndex(({ op }) => [...blockOps, ...otherProducts].includes(op));
  const first = blocks === 'all' ? 0 : blocks === 0 ? lastProduct : firstOf(graph, blocks);
  const trainable = graph.nodes.slice(Math.max(0, first)).flatMap(({ inputs }) =>
    inputs.filter((name) => {
      const role = known.get(name)?.role;
      return role !== undefined && role !== 'mean' && role !== 'variance' && role !== 'constant';
    }),
  );
  if (trainable.length === 0) throw new TrainError(`the network "${graph.name}" has nothing to train`);
  return { network, trainable: [...new Set(trainable)] };
}
