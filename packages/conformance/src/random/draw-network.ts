/** @file Random networks: any chain of layers and views that a seed draws, small enough to compile thousands. */
import { createRandom, createTensor, formatShape, type Random } from '@sepconv/tensor';
import { buildIntegerNetwork } from '../integer-networks.ts';
import type { ConformanceCase } from '../types.ts';
import { drawTensor, type ValueKind } from '../values.ts';
import { farLayers } from './far-layers.ts';
import type { Layer } from './layer.ts';
import { between, chains, layers } from './layers.ts';
import { NetworkDraft } from './network-draft.ts';

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

function drawShape(draft: NetworkDraft): number[] {
  const isSmall = draft.chance(0.85);
  const side = (): number => draft.between(1, isSmall ? 9 : 20);
  const channels = draft.pick(isSmall ? [1, 2, 3, 4, 5, 8, 17] : [1, 3, 4]);
  return [draft.pick([1, 1, 2, 3]), side(), side(), channels];
}

/** One row or column, over which a window may reach far. */
function drawThinShape(draft: NetworkDraft): number[] {
  const [length, channels] = [draft.between(1, 16), draft.pick([1, 1, 2, 3, 4])];
  return draft.chance(0.5) ? [1, 1, length, channels] : [1, length, 1, channels];
}

/** A network whose sums are integers; what is fused says nothing about these, but engines and bounds do. */
function drawIntegerNetwork(seed: number, random: Random): ConformanceCase {
  const of = (choices: readonly number[]): number => choices[random.integer(choices.length)] as number;
  const drawn = buildIntegerNetwork({
    batch: of([1, 1, 2]),
    height: 1 + random.integer(9),
    width: 1 + random.integer(9),
    channels: of([1, 3, 4, 5, 8, 16, 17]),
    filters: of([1, 3, 4, 5, 8, 16, 17]),
    stride: of([1, 2]),
    kernel: of([1, 3, 5]),
    seed,
  });
  return { ...drawn, label: `seed ${seed}: ${drawn.label}` };
}

/** The network of a seed, always the same; its label says what it is in one line. */
export function drawNetwork(seed: number): ConformanceCase {
  const random = createRandom(seed);
  if (random.integer(20) === 0) return drawIntegerNetwork(seed, random);
  const kind = kinds[random.integer(kinds.length)] as (typeof kinds)[number];
  const draft = new NetworkDraft(`random-${seed}`, random, kind === 'ends' ? 'special' : kind);
  const isThin = draft.chance(0.12);
  const shape = isThin ? drawThinShape(draft) : drawShape(draft);
  const input = draft.builder.input('input', shape);
  draft.values.push(input);
  let value = input;
  const plan = drawPlan(draft);
  if (isThin) plan.splice(draft.between(0, plan.length), 0, draft.pick(farLayers)[2]);
  for (const layer of plan) {
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
  };
}
