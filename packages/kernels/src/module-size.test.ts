/**
 * @file Code does not grow with attributes: random single layers whose attributes are as large as they can be. Set
 * SEPCONV_SIZE_RUNS for a longer hunt, and SEPCONV_SIZE_SEED for other layers.
 */
import { type Graph, GraphBuilder, GraphError, ShapeError, type Weights } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, elementCount, type Random, type Tensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { emitNetwork } from './emit/network.js';
import { engines } from './plan/engine.js';
import { planNetwork } from './plan/plan.js';
import { compile } from './session.js';

const runs = Number(process.env.SEPCONV_SIZE_RUNS ?? 8);
const seed = Number(process.env.SEPCONV_SIZE_SEED ?? 1);

/** Bytes that the module of one layer may have. */
const mostBytes = 300_000;

/** Elements of a value or a weight, and multiply-adds, up to which a layer is tried. */
const mostElements = 1 << 17;
const mostCompared = 1 << 21;

const extremes = [1, 1, 1, 2, 3, 3, 5, 7, 16, 31, 100, 129, 500, 1000, 4095, 4096];
const any = (random: Random): number => extremes[random.integer(extremes.length)] as number;
const pair = (random: Random): [number, number] => [any(random), any(random)];

/** Appends one random layer; its attributes may contradict one another. */
function layer(builder: GraphBuilder, random: Random): string {
  const channels = any(random);
  const size = (): number[] => [1 + random.integer(2), any(random), any(random), channels];
  const [top, bottom, left, right] = [any, any, any, any].map((draw) => draw(random) - 1) as [
    number,
    number,
    number,
    number,
  ];
  const padding = { top, bottom, left, right };
  const window = pair(random);
  const attributes = { strides: pair(random), dilations: pair(random), padding };
  const parameter = (shape: readonly number[]): string => {
    if (elementCount(shape) > mostElements) throw new GraphError('too large');
    return builder.parameter('weight', shape, 'weight');
  };
  switch (random.integer(5)) {
    case 0: {
      const count = 1 + random.integer(2000);
      const axis = random.integer(3);
      const parts = Array.from({ length: count }, (_, i) =>
        builder.input(
          `x${i}`,
          [0, 1, 2].map((at) => (at === axis ? 1 + random.integer(9) : 2)),
        ),
      );
      return builder.node('concat', parts, { axis });
    }
    case 1:
      return builder.node('max-pool2d', [builder.input('x', size())], { ...attributes, window });
    case 2: {
      const weight = parameter([...window, channels, any(random)]);
      return builder.node('conv2d', [builder.input('x', size()), weight], { ...attributes, groups: 1 });
    }
    default: {
      const weight = parameter([...window, channels, any(random)]);
      return builder.node('depthwise-conv2d', [builder.input('x', size()), weight], attributes);
    }
  }
}

/** Small integers: every sum is exact, so there is one right answer. */
function integers(shape: readonly number[], random: Random): Tensor<'float32'> {
  const data = Float32Array.from({ length: elementCount(shape) }, () => random.integer(5) - 2);
  return createTensor('float32', shape, data);
}

/** A random layer that is legal, small enough to hold, and its multiply-adds. */
function randomLayer(random: Random): { graph: Graph; weights: Weights; macs: number } {
  for (;;) {
    const builder = new GraphBuilder('layer');
    try {
      const output = layer(builder, random);
      const { shape } = builder.typeOf(output);
      const graph = builder.build([output]);
      const values = [shape, ...graph.inputs.map((input) => input.shape)];
      if (values.some((own) => elementCount(own) > mostElements)) continue;
      const weights = new Map(graph.parameters.map((own) => [own.name, integers(own.shape, random)]));
      const taps = graph.parameters[0]?.shape ?? [1];
      const macs = elementCount(shape) * elementCount(taps.slice(0, graph.nodes[0]?.op === 'conv2d' ? 3 : 2));
      return { graph, weights, macs };
    } catch (error) {
      if (!(error instanceof GraphError || error instanceof ShapeError)) throw error;
    }
  }
}

test(`${runs} layers with extreme attributes make small modules, soon, with the reference's numbers`, {
  timeout: 60_000 + runs * 5_000,
}, async () => {
  const random = createRandom(seed);
  let [largest, compared, slowest] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const { graph, weights, macs } = randomLayer(random);
    const what = `run ${run}: ${JSON.stringify(graph.nodes[0]?.attributes)} ${graph.nodes[0]?.op} of ${graph.inputs.length}`;
    for (const engine of Object.values(engines)) {
      const plan = planNetwork({ graph, weights }, engine);
      if (plan.memoryBytes > 2 ** 29) continue;
      const { length } = emitNetwork(plan);
      largest = Math.max(largest, length);
      expect(length, `${what} on ${engine.name}`).toBeLessThanOrEqual(mostBytes);
    }
    if (macs > mostCompared || planNetwork({ graph, weights }, engines.simd128).memoryBytes > 2 ** 29)
      continue;
    compared++;
    const start = performance.now();
    const session = await compile(graph, weights, { engine: 'simd128' });
    const seconds = (performance.now() - start) / 1000;
    slowest = Math.max(slowest, seconds);
    // A second and one for each 100 million multiply-adds is what is asked; other work may be going on here.
    expect(seconds, what).toBeLessThan(10 * (1 + macs / 1e8));
    const inputs = new Map(graph.inputs.map(({ name, shape }) => [name, integers(shape, random)]));
    const result = session.run(...inputs.values());
    const [expected] = (await runReference({ graph, weights }, inputs)).values();
    const wrong = result.data.findIndex((value, i) => value !== expected!.data[i]);
    expect(wrong, `${what}, element ${wrong}`).toBe(-1);
    session.dispose();
  }
  console.log(
    `${runs} layers: at most ${largest} bytes; ${compared} compared, compiled in at most ${slowest.toFixed(2)} s`,
  );
  expect(compared).toBeGreaterThan(runs / 10);
});
