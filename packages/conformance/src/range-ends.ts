/** @file Cases at the ends of float32, for every op: any of its own cases with other numbers in it. */

import type { Graph, Node, ParameterRole } from '@sepconv/graph';
import { createRandom, createTensor, type Random, type Tensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { smallestNormal, smallestSubnormal } from './floats.ts';
import type { ConformanceCase } from './types.ts';

/** The largest finite float32 number. */
const largest = (2 - 2 ** -23) * 2 ** 127;

const notable = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  largest,
  -largest,
  largest / 6,
  2 ** 64,
  -(2 ** 64),
  smallestNormal,
  -smallestNormal,
  smallestSubnormal,
  -smallestSubnormal,
];

/** A power of two times 1…2 of either sign. */
function magnitude(random: Random, low: number, high: number): number {
  const size = (1 + random.next()) * 2 ** (low + random.integer(high - low));
  return random.next() < 0.5 ? -size : size;
}

/**
 * - `huge`: from 2⁶⁴ to the largest, whose squares and products overflow;
 * - `largest`: the highest binade, whose sums overflow;
 * - `root`: around 2⁶⁴ and 2⁴², where squares and cubes begin to;
 * - `vanishing`: subnormal numbers, and `small`: numbers whose squares are;
 * - `every`: each from anywhere in the range;
 * - `notable`: uniform, with some NaN, infinities, zeros and the outermost finite numbers;
 * - `equal`: one number of the range everywhere, so that differences vanish.
 */
const draws: Readonly<Record<string, (random: Random) => () => number>> = {
  huge: (random) => () => magnitude(random, 64, 127),
  largest: (random) => () => magnitude(random, 126, 127),
  root: (random) => () => magnitude(random, random.next() < 0.5 ? 62 : 41, random.next() < 0.5 ? 66 : 67),
  vanishing: (random) => () => magnitude(random, -149, -126),
  small: (random) => () => magnitude(random, -100, -60),
  every: (random) => () => magnitude(random, -149, 127),
  notable: (random) => () =>
    random.next() < 0.15 ? (notable[random.integer(notable.length)] as number) : 2 * random.next() - 1,
  equal: (random) => {
    const value = magnitude(random, -149, 127);
    return () => value;
  },
};

/** With `own`, whose numbers are those of the case, and only the parameters are drawn anew. */
const kinds = [...Object.keys(draws), 'own'];

interface Ends {
  /** What flows through the network, and the parameters. */
  readonly data: string;
  readonly parameters: string;
  readonly epsilon: number;
  readonly seed: number;
}

const endsOf = (data: string): fc.Arbitrary<Ends> =>
  fc.record({
    data: fc.constant(data),
    parameters: fc.constantFrom('own', 'own', 'notable', ...kinds),
    epsilon: fc.constantFrom(0, 1e-45, 1e-12, 1e-3, 1e30),
    seed: fc.noShrink(fc.nat(0x7fffffff)),
  });

function replaced(tensor: Tensor, kind: string, random: Random, role?: ParameterRole): Tensor {
  const drawKind = draws[kind];
  if (tensor.dtype !== 'float32' || drawKind === undefined) return tensor;
  const draw = drawKind(random);
  // A variance is a mean of squares.
  const data = Float32Array.from(tensor.data, role === 'variance' ? () => Math.abs(draw()) : draw);
  return createTensor('float32', tensor.shape, data);
}

function withEpsilon(graph: Graph, epsilon: number): Graph {
  const nodes = graph.nodes.map(
    (node) =>
      ('epsilon' in node.attributes
        ? { ...node, attributes: { ...node.attributes, epsilon } }
        : node) as Node,
  );
  return { ...graph, nodes };
}

function atTheEnds({ label, network, inputs }: ConformanceCase, drawn: Ends): ConformanceCase {
  const random = createRandom(drawn.seed);
  const roles = new Map(network.graph.parameters.map(({ name, role }) => [name, role]));
  const weights = [...network.weights].map(([name, tensor]): [string, Tensor] => [
    name,
    replaced(tensor, drawn.parameters, random, roles.get(name)),
  ]);
  return {
    label: `${label}; then ${drawn.data} data, ${drawn.parameters} parameters, epsilon ${drawn.epsilon}, seed ${drawn.seed}`,
    network: { graph: withEpsilon(network.graph, drawn.epsilon), weights: new Map(weights) },
    inputs: new Map([...inputs].map(([name, tensor]) => [name, replaced(tensor, drawn.data, random)])),
  };
}

/** Cases by the kind of numbers that flow: those of an op's classes with such numbers instead; integers stay as they are. */
export function rangeEnds(
  classes: readonly fc.Arbitrary<ConformanceCase>[],
): Readonly<Record<string, fc.Arbitrary<ConformanceCase>>> {
  return Object.fromEntries(
    kinds.map((data) => [
      `ends_${data}`,
      fc.tuple(fc.oneof(...classes), endsOf(data)).map((drawn) => atTheEnds(...drawn)),
    ]),
  );
}
