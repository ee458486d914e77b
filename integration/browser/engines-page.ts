/** @file What runs in every browser: V2's bits on each engine, the sweep of every op, and a classifier; the answers go back to the server. */
import { conv2d, dense, GraphBuilder, initializeWeights, opNames } from '@sepconv/graph';
import { loadClassifier } from '@sepconv/vision';
import { answer } from '../matrix/program.js';
import { sweepHere } from './sweep-page.ts';

/** What a browser reports. */
export interface BrowserReport {
  readonly agent: string;
  /** MobileNetV2's bits by engine, or why there are none. */
  readonly bits: Readonly<Record<string, string>>;
  /** Cases of each op, of as many as the page's address asks for, that were within their bounds, or the first that was not. */
  readonly sweeps: Readonly<Record<string, number | string>>;
  readonly classes: readonly { readonly label: string; readonly probability: number }[];
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A classifier of seeded weights on a drawn canvas. */
async function classify(): Promise<BrowserReport['classes']> {
  const builder = new GraphBuilder('colours');
  const features = conv2d(builder, builder.input('image', [1, 16, 16, 3]), { filters: 8, kernel: 3 });
  const pooled = builder.node('global-average-pool2d', [features], {});
  const graph = builder.build([
    builder.node('softmax', [dense(builder, pooled, { filters: 3 })], { axis: 1 }),
  ]);
  const classifier = await loadClassifier(
    { graph, weights: initializeWeights(graph, 1) },
    {
      labels: ['red', 'green', 'blue'],
      preprocessing: { normalization: { mean: 127.5, standardDeviation: 127.5 } },
      engine: 'simd128',
    },
  );
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [16, 16];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = 'rgb(200, 40, 90)';
  context.fillRect(0, 0, 16, 16);
  const classes = await classifier.classify(canvas, { top: 3 });
  classifier.dispose();
  return classes.map(({ label, probability }) => ({ label, probability }));
}

async function report(runs: number): Promise<BrowserReport> {
  const bits: Record<string, string> = {};
  const sweeps: Record<string, number | string> = {};
  for (const engine of ['simd128', 'relaxed'] as const) {
    bits[engine] = await answer(engine).catch(message);
    const isThere = /^\d+:/.test(bits[engine] ?? '');
    for (const what of isThere && runs > 0 ? ([...opNames, 'networks'] as const) : []) {
      sweeps[`${engine} ${what}`] = await sweepHere(what, engine, runs).catch(message);
    }
  }
  return { agent: navigator.userAgent, bits, sweeps, classes: await classify() };
}

const runs = Number(new URL(location.href).searchParams.get('runs') ?? 1);
const body = await report(runs).then(JSON.stringify, (error) => JSON.stringify({ error: message(error) }));
await fetch('/report', { method: 'POST', body });
