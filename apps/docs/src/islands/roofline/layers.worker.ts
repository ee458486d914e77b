/** @file Measures every layer of a network and the two ceilings of the machine, away from the page. */
import { passesOf } from '@sepconv/cost-model';
import { type Graph, GraphBuilder, initializeWeights, pointwiseConv2d } from '@sepconv/graph';
import { compile, type Session } from '@sepconv/kernels';
import { type Candidate, measure } from '@sepconv/kernels/measure';
import { createRandom, randomTensor } from '@sepconv/tensor';
import type { LayersReport, LayersRequest } from './protocol.js';
import type { MeasuredLayers } from './roofline-data.js';

/** A browser's clock is coarse on purpose: what is timed must last much longer than a tick. */
const batchMs = 5;
const budgetMs = 2500;
const warmUpMs = 30;

const report = (message: LayersReport): void => postMessage(message);

/** A matrix product whose numbers all lie in the first cache: 48 pixels, 64 channels to 64. */
const productShape = [1, 6, 8, 64] as const;
const productFlops = 2 * 6 * 8 * 64 * 64;
/** A copy far beyond every cache that a core has to itself: 16 MB are read and as many written. */
const copyShape = [1, 256, 256, 64] as const;
const copyBytes = 2 * 4 * 256 * 256 * 64;

const productGraph = (): Graph => {
  const builder = new GraphBuilder('product');
  return builder.build([pointwiseConv2d(builder, builder.input('image', productShape), { filters: 64 })]);
};
const copyGraph = (): Graph => {
  const builder = new GraphBuilder('copy');
  return builder.build([builder.node('relu', [builder.input('image', copyShape)], {})]);
};

/** Compiles a graph with seeded weights and runs it once on a seeded image, so that every layer has numbers of its own. */
async function compiled(graph: Graph): Promise<Session> {
  const session = await compile({ graph, weights: initializeWeights(graph, 1) }, { fusion: 'off' });
  for (const { name, shape } of graph.inputs) {
    session.inputs.get(name)!.data.set(randomTensor(shape, createRandom(1), -1, 1).data);
  }
  session.run();
  return session;
}

/** The steps of each pass over memory: padding that a convolution needs is a step before it with the same nodes. */
function layersOf(graph: Graph, { steps }: Session): Candidate[] {
  return passesOf(graph).flatMap(({ name, macs }) => {
    const own = steps.filter(({ nodes }) => nodes[0] === name);
    if (own.length === 0 || macs === 0) return [];
    return [{ name, run: () => own.forEach((step) => void step.run(0, step.units)) }];
  });
}

async function measureLayers({ graph }: LayersRequest): Promise<void> {
  const [product, copy, network] = [
    await compiled(productGraph()),
    await compiled(copyGraph()),
    await compiled(graph),
  ];
  const candidates: Candidate[] = [
    { name: 'product', run: () => void product.run() },
    { name: 'copy', run: () => void copy.run() },
  ];
  const layers = layersOf(graph, network);
  const { timings, isSteady } = await measure([...candidates, ...layers], {
    batchMs,
    budgetMs,
    warmUpMs,
    onRound: (rounds) => report({ kind: 'round', rounds }),
  });
  const ms = (name: string): number => timings.get(name)!.milliseconds;
  const measured: MeasuredLayers = {
    machine: {
      gigaflops: productFlops / ms('product') / 1e6,
      bandwidth: copyBytes / ms('copy') / 1e6,
    },
    milliseconds: new Map(layers.map(({ name }) => [name, ms(name)])),
    isSteady,
  };
  report({ kind: 'finished', measured });
}

self.addEventListener('message', ({ data }: MessageEvent<LayersRequest>) => {
  measureLayers(data).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
