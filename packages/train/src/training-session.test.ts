import { conformanceOps } from '@sepconv/conformance';
import {
  batchNorm,
  contractOf,
  conv2d,
  dense,
  depthwiseConv2d,
  GraphBuilder,
  initializeWeights,
  type OpName,
  opNames,
  pointwiseConv2d,
} from '@sepconv/graph';
import { chooseEngine } from '@sepconv/kernels/toolkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forward } from './gradients.js';
import {
  type Bounds,
  compareEngine,
  type Experiment,
  experiment,
  normalizationBounds,
  quotientBounds,
  sumBounds,
} from './testing/compare-engine.js';
import { redrawn } from './testing/float64.js';
import { withTrainableInputs } from './testing/one-op.js';
import { compileTraining } from './training-session.js';

/** Cases for each shape class; set SEPCONV_SWEEP_RUNS for a longer hunt. */
const runs = Number(process.env.SEPCONV_SWEEP_RUNS ?? 2);

/** Numbers beyond which the definitions take too long. */
const mostNumbers = 40_000;

/** Ops whose results are sums of products of their inputs, so that their bounds can be computed. */
const sums: ReadonlySet<OpName> = new Set([
  'add',
  'average-pool2d',
  'concat',
  'conv2d',
  'dense',
  'depthwise-conv2d',
  'flatten',
  'global-average-pool2d',
  'mul',
  'pad',
  'pointwise-conv2d',
  'reshape',
  'separable-conv2d',
  'slice',
  'transpose',
]);

/**
 * The others are smooth, or nearly so, on numbers of magnitude 1, and sum at most some hundred terms: 2⁻¹⁷ is 128 roundings.
 */
const smoothBounds: Bounds = () => 2 ** -17 * 4;

function boundsOf(op: OpName, drawn: Experiment): Bounds {
  if (sums.has(op)) return sumBounds(drawn.network, drawn.inputs, drawn.seeds);
  if (op === 'log') {
    // Its derivative is 1 / x.
    const quotient = quotientBounds(drawn.network, drawn.inputs, drawn.seeds);
    return (name, index) => smoothBounds(name, index) + quotient(name, index);
  }
  const [node] = drawn.network.graph.nodes.filter((candidate) => candidate.op === 'batch-norm');
  if (node === undefined) return smoothBounds;
  const { values } = forward(drawn.network, drawn.inputs);
  return normalizationBounds(values.get(node.inputs[0]!)!, node.attributes.epsilon);
}

const engineNames = ['simd128', 'relaxed', 'wide'] as const;

async function isAvailable(engine: (typeof engineNames)[number]): Promise<boolean> {
  return chooseEngine(engine, true).then(
    () => true,
    () => false,
  );
}

for (const engine of engineNames) {
  const isHere = await isAvailable(engine);
  describe.runIf(isHere)(`${engine} computes what the definitions say`, () => {
    test.each(opNames.filter((op) => contractOf(op).integers !== 'own'))('%s', async (op) => {
      let compared = 0;
      for (const [name, arbitrary] of Object.entries(conformanceOps[op].classes)) {
        if (name === 'special_values' || name === 'integers') continue;
        for (const { network, label } of fc.sample(arbitrary, { numRuns: runs, seed: 3 })) {
          const graph = withTrainableInputs(network);
          const numbers = [...graph.inputs, ...graph.parameters].reduce(
            (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
            0,
          );
          if (numbers > mostNumbers) continue;
          const drawn = experiment(redrawn(graph, compared + 1));
          compared += await compareEngine(drawn, engine, boundsOf(op, drawn), label);
        }
      }
      expect(compared).toBeGreaterThan(0);
    });

    test('layers with their activation in one kernel', async () => {
      const builder = new GraphBuilder('fused');
      const image = builder.input('image', [3, 9, 8, 5]);
      const relu6 = (value: string): string => builder.node('relu6', [value], {});
      const first = relu6(
        batchNorm(builder, conv2d(builder, image, { filters: 7, kernel: 3, strides: 2, bias: false })),
      );
      const second = relu6(depthwiseConv2d(builder, first, { kernel: 3, multiplier: 2 }));
      const third = builder.node('relu', [pointwiseConv2d(builder, second, { filters: 7 })], {});
      const sum = builder.node('add', [first, third], {});
      const pooled = builder.node(
        'global-average-pool2d',
        [relu6(conv2d(builder, sum, { filters: 6, kernel: 1 }))],
        {},
      );
      const graph = builder.build([dense(builder, pooled, { filters: 4 })]);
      const compared = await compareEngine(experiment(redrawn(graph, 5)), engine, () => 2 ** -13, 'fused');
      expect(compared).toBeGreaterThan(500);
    });
  });
}

test('moving statistics move towards those of the batch, the variance of the population', async () => {
  const builder = new GraphBuilder('statistics');
  const input = builder.input('x', [4, 1]);
  const graph = builder.build([batchNorm(builder, input, { name: 'norm' })]);
  const weights = initializeWeights(graph, 1);
  weights.get('norm/mean')!.data[0] = 10;
  weights.get('norm/variance')!.data[0] = 2;
  const session = await compileTraining({ graph, weights }, { batchNormMomentum: 0.75 });
  session.inputs.get('x')!.data.set([1, 2, 3, 6]);
  session.forward();
  // Mean 3, sum of squared differences 14, over 4 − 1.
  expect(session.parameters.get('norm/mean')!.data[0]).toBeCloseTo(0.75 * 10 + 0.25 * 3, 5);
  expect(session.parameters.get('norm/variance')!.data[0]).toBeCloseTo(0.75 * 2 + (0.25 * 14) / 3, 5);
});

test('only what is trained has a gradient', async () => {
  const builder = new GraphBuilder('two');
  const input = builder.input('x', [2, 3]);
  const hidden = dense(builder, input, { name: 'first', filters: 4 });
  const graph = builder.build([dense(builder, hidden, { name: 'second', filters: 2 })]);
  const network = { graph, weights: initializeWeights(graph, 1) };
  const session = await compileTraining(network, { trainable: ['second/weight'] });
  expect([...session.gradients.keys()]).toEqual(['second/weight']);
  await expect(compileTraining(network, { trainable: ['third/weight'] })).rejects.toThrow(
    '"third/weight" cannot be trained: the network "two" has no such weight',
  );
});
