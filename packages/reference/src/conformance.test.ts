import {
  boundNode,
  type ConformanceCase,
  checkNetwork,
  conformanceOps,
  type Runner,
  sweep,
  sweepNetworks,
} from '@sepconv/conformance';
import {
  batchNorm,
  conv2d,
  depthwiseConv2d,
  foldBatchNorm,
  GraphBuilder,
  initializeWeights,
  opNames,
  pointwiseConv2d,
} from '@sepconv/graph';
import {
  compareTensors,
  createRandom,
  float32Tensor,
  randomTensor,
  type Tensor,
  zeros,
} from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runReference } from './run.js';
import { type Float32Options, runFloat32 } from './testing/float32-runner.js';

const oracle: Runner = runReference;
const float32 =
  (options: Float32Options = {}): Runner =>
  (network, inputs) =>
    runFloat32(network, inputs, options);

/** Runs the float32 implementation on inputs that are off by up to a thousandth, and compares with the bound for that. */
async function expectBoundKept({ label, network, inputs }: ConformanceCase): Promise<void> {
  const random = createRandom(9);
  const [node] = network.graph.nodes;
  const moved = new Map(inputs);
  const bounded = node!.inputs.map((name) => {
    const output = (inputs.get(name) ?? network.weights.get(name)) as Tensor<'float32'>;
    // Integers are exact, and stay.
    if (!inputs.has(name) || output.dtype !== 'float32') {
      return { output, bound: zeros('float32', output.shape) };
    }
    const off = float32Tensor(
      output.shape,
      output.data.map((value) => value * (1 + (random.integer(3) - 1) * 1e-3)),
    );
    moved.set(name, off);
    const error = output.data.map((value, i) => Math.abs(value - off.data[i]!) * (1 + 2 ** -20));
    return { output, bound: float32Tensor(output.shape, error) };
  });
  const { output, bound } = await boundNode(node!, bounded, oracle);
  const actual = runFloat32(network, moved).get(network.graph.outputs[0]!)!;
  expect(compareTensors(actual, output, bound.data), label).toMatchObject({ ok: true });
}

/** Separable blocks with BatchNorm behind each other. */
function deepNetwork(count: number): ConformanceCase {
  const builder = new GraphBuilder('deep');
  let features = conv2d(builder, builder.input('image', [1, 8, 8, 3]), { filters: 8, kernel: 3 });
  for (let block = 1; block <= count; block++) {
    const name = `block${block}`;
    features = depthwiseConv2d(builder, features, { kernel: 3, name: `${name}/depthwise` });
    features = batchNorm(builder, features, { name: `${name}/norm` });
    features = pointwiseConv2d(builder, features, { filters: 8, name: `${name}/pointwise` });
    features = builder.node('relu6', [features], {}, `${name}/relu6`);
  }
  const graph = builder.build([features]);
  return {
    label: 'deep',
    network: { graph, weights: initializeWeights(graph, 1) },
    inputs: new Map([['image', randomTensor([1, 8, 8, 3], createRandom(2))]]),
  };
}

describe('float32 arithmetic keeps the computed bounds', () => {
  it.each(opNames)('%s', async (op) => {
    const report = await sweep({ op, implementation: float32(), oracle, runs: 150 });
    expect(report.cases).toBeGreaterThanOrEqual(Object.keys(conformanceOps[op].classes).length);
    expect([...report.casesByClass.values()].every((cases) => cases > 0)).toBe(true);
  });

  it.each(['reversed', 'fused'] as const)('in %s order', async (order) => {
    for (const op of [
      'conv2d',
      'depthwise-conv2d',
      'pointwise-conv2d',
      'separable-conv2d',
      'dense',
    ] as const) {
      await sweep({ op, implementation: float32({ order }), oracle, runs: 60, seed: 2 });
    }
  });

  it('over networks of several nodes', async () => {
    const report = await sweepNetworks({ implementation: float32(), oracle, runs: 150 });
    expect(report.cases).toBeGreaterThanOrEqual(150);
  });

  it('with BatchNorm folded into the convolutions', async () => {
    const folding: Runner = (network, inputs) => runFloat32(foldBatchNorm(network), inputs);
    const report = await sweepNetworks({ implementation: folding, oracle, runs: 300, seed: 3 });
    expect(report.cases).toBeGreaterThanOrEqual(300);
  });
});

describe('bounds given errors of the inputs', () => {
  it.each(opNames)('%s keeps them', async (op) => {
    for (const [name, arbitrary] of Object.entries(conformanceOps[op].classes)) {
      if (name === 'special_values') continue;
      // A negative base to a power that is off by a little is NaN, which no bound can allow for.
      if (op === 'pow' && name !== 'positive' && name !== 'constant_exponent') continue;
      for (const drawn of fc.sample(arbitrary, { seed: 5, numRuns: 3 })) await expectBoundKept(drawn);
    }
  });
});

describe('deep networks', () => {
  const blocks = deepNetwork(8);

  it('are checked as tightly as shallow ones by checkpoints', async () => {
    const opponents = { implementation: float32(), oracle };
    const checkpoints = blocks.network.graph.nodes.filter(({ op }) => op === 'relu6').map(({ name }) => name);
    const report = await checkNetwork(blocks, opponents, checkpoints);
    // An error of a hundredth of what is allowed, or more, is what single layers show too.
    expect(report.maxErrorOverBound).toBeGreaterThan(0.01);
  });

  it('without checkpoints keep bounds that are sound but grow with every layer', async () => {
    const report = await checkNetwork(blocks, { implementation: float32(), oracle });
    expect(report.maxErrorOverBound).toBeLessThan(1e-3);
  });

  it('show a wrong layer at the checkpoint behind it', async () => {
    const last = blocks.network.graph.nodes.at(-1)!.name;
    const wrong: Runner = (network, inputs) => {
      const weights = new Map(network.weights);
      const bias = weights.get('block5/pointwise/bias')!;
      weights.set('block5/pointwise/bias', {
        ...bias,
        data: bias.data.map((value: number) => value + 1e-4),
      } as Tensor);
      return runFloat32({ ...network, weights }, inputs);
    };
    const checkpoints = blocks.network.graph.nodes.filter(({ op }) => op === 'relu6').map(({ name }) => name);
    expect(checkpoints).toContain(last);
    await expect(checkNetwork(blocks, { implementation: wrong, oracle }, checkpoints)).rejects.toThrow(
      /"block5\/relu6": \d+ elements out of bounds/,
    );
  });
});

describe('checkNetwork', () => {
  it('refuses an implementation that forgets an output, changes its shape or writes into its input', async () => {
    const [drawn] = fc.sample(conformanceOps.relu.classes.rows!, { seed: 1, numRuns: 1 });
    const check = (implementation: Runner) => checkNetwork(drawn!, { implementation, oracle });
    await expect(check(() => new Map())).rejects.toThrow('the implementation did not return "relu"');
    await expect(check(() => new Map([['relu', float32Tensor([1], [0])]]))).rejects.toThrow(
      'instead of float32',
    );
    await expect(
      check((network, inputs) => {
        const outputs = runReference(network, inputs);
        inputs.get('input')!.data[0] = 100;
        return outputs;
      }),
    ).rejects.toThrow('the implementation changed its input "input"');
    await expect(
      check(() => {
        throw new Error('out of memory');
      }),
    ).rejects.toThrow(/^relu; input .*\nout of memory/);
  });
});

describe('a wrong implementation is refused', () => {
  it.each([
    ['conv2d', 'shifted-padding'],
    ['conv2d', 'dropped-tap'],
    ['conv2d', 'wrong-channel'],
    ['conv2d', 'skipped-bias'],
    ['depthwise-conv2d', 'shifted-padding'],
    ['depthwise-conv2d', 'dropped-tap'],
    ['depthwise-conv2d', 'wrong-channel'],
    ['depthwise-conv2d', 'swapped-strides'],
    ['depthwise-conv2d', 'ignored-dilation'],
    ['depthwise-conv2d', 'first-image-only'],
    ['depthwise-conv2d', 'half-precision'],
    ['separable-conv2d', 'dropped-tap'],
    ['pointwise-conv2d', 'wrong-channel'],
    ['dense', 'skipped-bias'],
    ['relu6', 'nan-to-limit'],
  ] as const)('%s with %s', async (op, fault) => {
    const failing = sweep({ op, implementation: float32({ fault }), oracle });
    await expect(failing).rejects.toThrow(/, class \w+, seed 1, smallest failing case/);
  });
});
