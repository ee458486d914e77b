/** @file Times whole networks one after another, away from the page. The page stops it by ending the worker. */
import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { measure } from '@sepconv/kernels/measure';
import { buildNetwork } from '@sepconv/mobilenet';
import { createRandom, randomTensor } from '@sepconv/tensor';
import type { Latency } from './candidates.js';
import type { LatencyReport, LatencyRequest, Timed } from './protocol.js';

/** A browser's clock is coarse on purpose: what is timed must last much longer than a tick. */
const batchMs = 10;
/** Fifty networks are to take about a minute. */
const budgetMs = 500;
const warmUpMs = 150;

const report = (message: LatencyReport): void => postMessage(message);

/** The time of one network on weights and an image that are drawn: which numbers they are makes no difference. */
async function latencyOf({ network, options, id }: Timed): Promise<Latency> {
  const graph = buildNetwork<string>(network, options);
  const session = await compile({ graph, weights: initializeWeights(graph, 1) });
  try {
    const [input] = session.inputs.values();
    const image = randomTensor(graph.inputs[0]!.shape, createRandom(2), -1, 1).data;
    const candidate = { name: id, prepare: () => input!.data.set(image), run: () => void session.run() };
    const { timings, isSteady } = await measure([candidate], { batchMs, budgetMs, warmUpMs });
    return { milliseconds: timings.get(id)!.milliseconds, isSteady };
  } finally {
    session.dispose();
  }
}

async function measureAll({ networks }: LatencyRequest): Promise<void> {
  for (const [index, each] of networks.entries()) {
    report({ kind: 'next', id: each.id, index, count: networks.length });
    report({ kind: 'time', id: each.id, latency: await latencyOf(each) });
  }
  report({ kind: 'finished' });
}

self.addEventListener('message', ({ data }: MessageEvent<LatencyRequest>) => {
  measureAll(data).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
