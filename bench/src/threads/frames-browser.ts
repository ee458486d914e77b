/** @file A page that classifies frames while it draws: how often it draws, and how late the answers are. */
import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { compileInWorker } from '@sepconv/kernels/worker';
import { mobileNetV2 } from '@sepconv/mobilenet';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { servePage } from '../harness/serve.ts';
import { median } from '../harness/statistics.ts';
import { assetPrefixes } from '../peers/asset-prefixes.ts';

/** Where the network runs: nowhere, in the page itself, or in a worker. */
export type FramesPlace = 'nowhere' | 'page' | 'worker';

/** What a page did. */
export interface PageFrames {
  /** Calls of `requestAnimationFrame`, and pictures classified, in a second. */
  readonly drawnPerSecond: number;
  readonly classifiedPerSecond: number;
  /** Between two drawn frames, at most. */
  readonly longestGapMs: number;
  /** From a picture to its answer. */
  readonly latencyMs: number;
  readonly engine: string;
}

const side = 96;
const graph = mobileNetV2({ resolution: side, width: 0.35 });
const network = { graph, weights: initializeWeights(graph, 1) };
const image = randomTensor([1, side, side, 3], createRandom(1));

async function classifierOf(
  place: FramesPlace,
  threads: number,
): Promise<{ run: (picture: Tensor) => Promise<unknown>; engine: string; end: () => void }> {
  if (place === 'nowhere') return { run: async () => {}, engine: '', end: () => {} };
  const script = (name: string): string =>
    new URL(`${assetPrefixes.kernels}/${name}.js`, globalThis.location.href).href;
  const options = { threads, threadScript: script('thread') };
  if (place === 'page') {
    const session = await compile(network, options);
    await session.ready();
    const run = async (picture: Tensor): Promise<unknown> => session.run(picture as Tensor<'float32'>);
    return { run, engine: `${session.engine.name}: ${session.engine.reason}`, end: () => session.dispose() };
  }
  const session = await compileInWorker(network, { ...options, workerScript: script('session-worker') });
  await session.ready();
  const { name, reason } = session.engine;
  return {
    run: (picture) => session.runAsync(picture),
    engine: `${name}: ${reason}`,
    end: () => session.dispose(),
  };
}

/** Draws as often as the browser lets it, and classifies so many pictures in a second, for so many seconds. */
async function measureFrames(
  place: FramesPlace,
  threads: number,
  perSecond: number,
  seconds: number,
): Promise<PageFrames> {
  const { run, engine, end } = await classifierOf(place, threads);
  for (let i = 0; i < 20; i++) await run(image);
  const latencies: number[] = [];
  const drawn: number[] = [];
  const pending: Promise<unknown>[] = [];
  const timer = setInterval(() => {
    const asked = performance.now();
    pending.push(run(image).then(() => latencies.push(performance.now() - asked)));
  }, 1000 / perSecond);
  await new Promise<void>((resolve) => {
    const draw = (now: number): void => {
      drawn.push(now);
      if (now - (drawn[0] as number) < 1000 * seconds) requestAnimationFrame(draw);
      else resolve();
    };
    requestAnimationFrame(draw);
  });
  clearInterval(timer);
  await Promise.all(pending);
  end();
  const took = ((drawn.at(-1) as number) - (drawn[0] as number)) / 1000;
  const gaps = drawn.slice(1).map((time, i) => time - (drawn[i] as number));
  return {
    drawnPerSecond: gaps.length / took,
    classifiedPerSecond: place === 'nowhere' ? 0 : latencies.length / took,
    longestGapMs: Math.max(...gaps),
    latencyMs: place === 'nowhere' ? 0 : median(latencies),
    engine,
  };
}

servePage({ measureFrames });
