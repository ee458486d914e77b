/** @file Random networks: any chain of layers and views that a seed draws, small enough to compile thousands. */
import { createRandom, createTensor, formatShape } from '@sepconv/tensor';
import type { ConformanceCase } from '../types.ts';
import { drawTensor, type ValueKind } from '../values.ts';
import { between, chains, type Layer, layers } from './layers.ts';
import { NetworkDraft } from './network-draft.ts';

/** A network, and whether its sums stay so far inside float32 that the computed bound says something about it. */
export interface RandomNetwork extends ConformanceCase {
  readonly isBounded: boolean;
}

/** Numbers at both ends of float32. */
const ends = [NaN, Infinity, -Infinity, 3.4e38, -1e38, 1e38, 1e-45, -1e-40, 1e-38, -0] as const;

const kinds: readonly (ValueKind | 'ends')[] = ['uniform', 'uniform', 'integers', 'tiny', 'special', 'ends'];

const shares = layers.reduce((sum, [, share]) => sum + share, 0);

function drawLayer(draft: NetworkDraft): Layer {
  let ticket = draft.random.integer(shares);
  for (const [, share, layer] of layers) {
    if (ticket < share) return layer;
    ticket -= share;
  }
  return layers[0]![2];
}

/** The layers to try, in order: now and then a chain, with something between its parts. */
function drawPlan(draft: NetworkDraft): Layer[] {
  const plan: Layer[] = [];
  for (let parts = draft.between(1, 4); parts > 0; parts--) {
    if (draft.chance(0.5)) plan.push(drawLayer(draft));
    else {
      for (const layer of draft.pick(chains)) {
        plan.push(layer);
        if (draft.chance(0.35)) plan.push(draft.pick(between));
      }
    }
  }
  return plan;
}

/** The network of a seed, always the same; its label says what it is in one line. */
export function drawNetwork(seed: number): RandomNetwork {
  const random = createRandom(seed);
  const kind = kinds[random.integer(kinds.length)] as (typeof kinds)[number];
  const draft = new NetworkDraft(`random-${seed}`, random, kind === 'ends' ? 'special' : kind);
  const isSmall = draft.chance(0.8);
  const side = (): number => draft.between(1, isSmall ? 9 : 20);
  const shape = [
    draft.pick([1, 1, 2, 3]),
    side(),
    side(),
    draft.pick(isSmall ? [1, 2, 3, 4, 5, 8, 17] : [1, 3, 4]),
  ];
  const input = draft.builder.input('input', shape);
  draft.values.push(input);
  let value = input;
  for (const layer of drawPlan(draft)) {
    value = layer(draft, value) ?? value;
    if (value !== draft.values.at(-1)) draft.values.push(value);
  }
  if (value === input) value = draft.builder.node('relu', [input], {});
  const outputs = new Set([value]);
  // A value that is both read on and returned is one that nothing may be fused across.
  if (draft.chance(0.2)) outputs.add(draft.pick(draft.values));
  const graph = draft.builder.build([...outputs]);
  const image = drawTensor(shape, kind === 'ends' ? 'uniform' : kind, random);
  const data =
    kind === 'ends' ? image.data.map((x) => (draft.chance(0.2) ? draft.pick(ends) : x)) : image.data;
  const chain = graph.nodes.map(
    ({ op, outputs: [name = ''] }) => `${op} ${formatShape(draft.shapeOf(name))}`,
  );
  return {
    label: `seed ${seed}: ${kind} ${formatShape(shape)} → ${chain.join(' → ')}`,
    network: { graph, weights: draft.weights },
    inputs: new Map([['input', createTensor('float32', shape, data)]]),
    isBounded: kind !== 'ends',
  };
}
