/** @file Every op, small networks and whole ones beside the reference, each within its computed bound, on a software adapter. */
import { checkNetwork, type Runner, sweep, sweepNetworks } from '@sepconv/conformance';
import { type GraphInput, initializeWeights, type Network, type OpName } from '@sepconv/graph';
import { buildNetwork, type NamedOptions } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { compile, type GpuOptions } from './session.js';
import { type InvertedBlock, invertedBlock } from './testing/inverted-block.js';
import { gpuOps, ordinaryClasses, skipOpen } from './testing/ordinary-numbers.js';
import { roundedWeights } from './testing/rounded-weights.js';
import { softwareDevice } from './testing/software-device.node.js';

/**
 * Cases of each op. Software takes a second for many a shader, so that CI alone runs these, of every fourth class; set SEPCONV_GPU_RUNS
 * for all classes.
 */
const wanted = process.env.SEPCONV_GPU_RUNS;
const runs = Number(wanted ?? 1);
const everyNth = wanted === undefined ? 4 : 1;
const device =
  wanted === undefined && process.env.CI === undefined
    ? 'left to CI; set SEPCONV_GPU_RUNS=1'
    : await softwareDevice();

const residual: InvertedBlock = {
  input: [1, 72, 63, 8],
  expanded: 24,
  columns: 8,
  kernel: 3,
  stride: 1,
  dilation: 1,
  activation: 'relu6',
  hasBias: true,
};

/** MobileNetV1 and V2 as small as they are at sides at which whole blocks are one dispatch. */
const networks: readonly (readonly [string, NamedOptions])[] = [
  ['mobilenet-v1', { resolution: 128, width: 0.25 }],
  ['mobilenet-v2', { resolution: 96, width: 0.35 }],
  ['mobilenet-v3-small', { resolution: 32 }],
  ['efficientnet-b0', { resolution: 32 }],
  ['mobilenet-v4-conv-small', { resolution: 32 }],
];

describe.skipIf(typeof device === 'string')(
  typeof device === 'string'
    ? `on a GPU (skipped: ${device})`
    : 'a software adapter agrees with the reference',
  () => {
    const gpu = device as GPUDevice;
    afterAll(() => gpu.destroy());
    const runGpu = async (
      network: Network,
      inputs: ReadonlyMap<string, Tensor>,
      options: GpuOptions = {},
    ): Promise<ReadonlyMap<string, Tensor>> => {
      const session = await compile(network, { device: gpu, ...options });
      const outputs = await session.run(inputs);
      session.dispose();
      return outputs;
    };
    const implementation: Runner = (network, inputs) => runGpu(network, inputs);
    const opponents = { implementation, oracle: runReference };

    test.each(gpuOps)('%s', async (op) => {
      const report = await sweep({
        op,
        ...opponents,
        runs,
        classes: ordinaryClasses(op, everyNth),
        skip: skipOpen,
      });
      expect(report.cases).toBeGreaterThan(0);
    });

    test.each<OpName>(['conv2d', 'depthwise-conv2d', 'pointwise-conv2d', 'dense', 'conv-transpose2d'])(
      '%s with weights of 16 bits keeps the bounds of the network with such weights',
      async (op) => {
        const report = await sweep({
          op,
          implementation: (network, inputs) =>
            runGpu(roundedWeights(network), inputs, { weights: 'float16' }),
          oracle: (network, inputs) => runReference(roundedWeights(network), inputs),
          runs,
          classes: ordinaryClasses(op, everyNth),
          skip: skipOpen,
        });
        expect(report.cases).toBeGreaterThan(0);
      },
    );

    test.each<InvertedBlock>([
      { ...residual, input: [1, 72, 63, 8] },
      { ...residual, input: [2, 70, 61, 4], expanded: 12, columns: 64, kernel: 5, activation: 'swish' },
      { ...residual, input: [1, 69, 60, 8], stride: 2, hasBias: false },
      { ...residual, input: [2, 70, 61, 8], dilation: 3, activation: 'hard-swish' },
      { ...residual, input: [3, 73, 64, 8], stride: 2, dilation: 2 },
    ])('an inverted residual in one dispatch: %o', async (block) => {
      const network = invertedBlock(block);
      const inputs = new Map([['image', randomTensor(block.input, createRandom(2))]]);
      await checkNetwork({ label: 'inverted residual', network, inputs }, opponents);
      const halves = {
        ...opponents,
        implementation: (n: Network) => runGpu(n, inputs, { weights: 'float16' }),
      };
      const rounded = roundedWeights(network);
      await checkNetwork({ label: 'with weights of 16 bits', network: rounded, inputs }, halves);
    });

    test('small networks', async () => {
      const report = await sweepNetworks({ ...opponents, runs, skip: skipOpen });
      expect(report.cases).toBeGreaterThan(0);
    });

    test.each(networks)('%s, %o', async (name, options) => {
      const graph = buildNetwork(name, { ...options, classes: 10 });
      const [{ name: input, shape }] = graph.inputs as readonly [GraphInput];
      const inputs = new Map([[input, randomTensor(shape, createRandom(1))]]);
      const network = { graph, weights: initializeWeights(graph, 1) };
      await checkNetwork({ label: name, network, inputs }, opponents);
    });
  },
);
