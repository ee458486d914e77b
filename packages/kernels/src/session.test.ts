import { boundNetwork } from '@sepconv/conformance';
import {
  conv2d,
  dense,
  GraphBuilder,
  initializeWeights,
  type Network,
  noPadding,
  pointwiseConv2d,
} from '@sepconv/graph';
import { mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import {
  compareTensors,
  createRandom,
  describeComparison,
  filled,
  float32Tensor,
  randomTensor,
  zeros,
} from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { EngineError } from './errors.js';
import { engines } from './plan/engine.js';
import { planNetwork } from './plan/plan.js';
import { compile } from './session.js';

function networkOf(build: (builder: GraphBuilder) => readonly string[]): Network {
  const builder = new GraphBuilder('test');
  const graph = builder.build(build(builder));
  return { graph, weights: initializeWeights(graph, 1) };
}

const smallNetwork = networkOf((b) => [pointwiseConv2d(b, b.input('image', [1, 4, 4, 3]), { filters: 5 })]);

describe('a layer of numbers that are known', () => {
  const plain = { strides: [1, 1], dilations: [1, 1], padding: noPadding } as const;
  const layers: Readonly<Record<string, (b: GraphBuilder, image: string) => string>> = {
    dense: (b, image) =>
      b.node(
        'dense',
        [b.node('reshape', [image], { shape: [16, 3] }), b.parameter('w', [3, 5], 'weight')],
        {},
      ),
    'dense without a reshape': (b) =>
      b.node('dense', [b.parameter('rows', [4, 3], 'constant'), b.parameter('w', [3, 5], 'weight')], {}),
    pointwise: (b, image) =>
      b.node('pointwise-conv2d', [image, b.parameter('w', [1, 1, 3, 5], 'weight')], {}),
    conv2d: (b, image) =>
      b.node('conv2d', [image, b.parameter('w', [3, 3, 3, 5], 'weight')], { ...plain, groups: 1 }),
    depthwise: (b, image) =>
      b.node('depthwise-conv2d', [image, b.parameter('w', [3, 3, 3, 1], 'weight')], plain),
    'conv-transpose2d': (b, image) =>
      b.node('conv-transpose2d', [image, b.parameter('w', [2, 2, 3, 5], 'weight')], {
        ...plain,
        groups: 1,
        outputPadding: [0, 0],
      }),
    'max-pool2d': (b, image) => b.node('max-pool2d', [image], { ...plain, window: [2, 2] }),
    resize2d: (b, image) =>
      b.node('resize2d', [image], { size: [7, 5], mode: 'linear', coordinates: 'half-pixel' }),
    softmax: (b, image) => b.node('softmax', [image], { axis: 1 }),
  };
  test.each(Object.keys(layers))('%s', async (name) => {
    const network = networkOf((b) => {
      const x = b.input('x', [1]);
      const known = layers[name]!(b, b.parameter('image', [1, 4, 4, 3], 'constant'));
      return [b.node('add', [b.node('relu', [known], {}), x], {})];
    });
    const x = float32Tensor([1], [0.5]);
    const [expected] = runReference(network, x).values();
    for (const fusion of ['on', 'off'] as const) {
      const session = await compile(network, { fusion });
      expect(compareTensors(session.run(x), expected!, 1e-5)).toMatchObject({ ok: true });
    }
  });
});

describe('a session', () => {
  test('returns the same view every time, overwritten by the next run', async () => {
    const session = await compile(smallNetwork);
    const first = session.run(filled('float32', [1, 4, 4, 3], 1));
    const kept = first.data.slice();
    const second = session.run(filled('float32', [1, 4, 4, 3], 2));
    expect(second).toBe(first);
    expect(second.data).not.toEqual(kept);
    expect(session.run(filled('float32', [1, 4, 4, 3], 1)).data).toEqual(kept);
  });

  test('runs on what lies in its inputs when it is given nothing', async () => {
    const session = await compile(smallNetwork);
    const image = randomTensor([1, 4, 4, 3], createRandom(1));
    const expected = session.run(image).data.slice();
    session.run(filled('float32', [1, 4, 4, 3], 0));
    session.inputs.get('image')?.data.set(image.data);
    expect(session.run().values().next().value?.data).toEqual(expected);
  });

  test('takes and gives several tensors by name, as the reference does', async () => {
    const network = networkOf((b) => {
      const [a, c] = [b.input('a', [1, 3]), b.input('c', [1, 3])];
      return [b.node('add', [a, c], {}, 'sum'), b.node('mul', [a, c], {}, 'product')];
    });
    const session = await compile(network);
    const a = float32Tensor([1, 3], [1, 2, 3]);
    const inputs = new Map([
      ['c', float32Tensor([1, 3], [10, 20, 30])],
      ['a', a],
    ]);
    const outputs = session.run(inputs);
    expect([...outputs.get('sum')!.data]).toEqual([11, 22, 33]);
    expect([...outputs.get('product')!.data]).toEqual([10, 40, 90]);
    expect(outputs).toEqual(runReference(network, inputs));
    expect(() => session.run(a)).toThrow('has 2 inputs (a, c): give them as a map by name');
    expect(() => session.run(new Map([['a', a]]))).toThrow(
      new EngineError('the network needs the input "c" of float32 1×3, which is missing'),
    );
    inputs.set('d', a);
    expect(() => session.run(inputs)).toThrow('the network has no input "d"; it has a, c');
  });

  test('an output may be an input under another shape', async () => {
    const session = await compile(networkOf((b) => [b.node('flatten', [b.input('a', [1, 2, 2, 1])], {})]));
    expect(session.run(float32Tensor([1, 2, 2, 1], [1, 2, 3, 4]))).toMatchObject({ shape: [1, 4] });
  });

  test('names both shapes when an input does not fit', async () => {
    const session = await compile(smallNetwork);
    expect(() => session.run(zeros('float32', [1, 5, 4, 3]))).toThrow(
      new EngineError('the input "image" must be float32 1×4×4×3, but is float32 1×5×4×3'),
    );
    expect(() => session.run(zeros('uint8', [1, 4, 4, 3]))).toThrow(/but is uint8/);
  });

  test('refuses to run once it is disposed', async () => {
    const session = await compile(smallNetwork);
    session.dispose();
    expect(() => session.run(zeros('float32', [1, 4, 4, 3]))).toThrow(/disposed/);
    expect(() => session.steps[0]?.run(0, 1)).toThrow(/disposed/);
  });

  test('its steps, run one by one and in any pieces, give the same bits as a run', async () => {
    const graph = mobileNetV2({ resolution: 32, width: 0.35 });
    const session = await compile({ graph, weights: initializeWeights(graph, 1) });
    const image = randomTensor([1, 32, 32, 3], createRandom(1));
    const expected = session.run(image).data.slice();
    session.outputs.values().next().value?.data.fill(0);
    session.inputs.values().next().value?.data.set(image.data);
    for (const step of session.steps) {
      const middle = Math.floor(step.units / 3);
      step.run(middle, step.units);
      step.run(0, middle);
    }
    expect(session.outputs.values().next().value?.data).toEqual(expected);
  });
});

describe('compile', () => {
  test('refuses an engine that does not exist', async () => {
    const options = { engine: 'warp' as 'simd128' };
    await expect(compile(smallNetwork, options)).rejects.toThrow(/"warp" is unknown.*simd128/);
  });

  test('names the weight that is missing', async () => {
    await expect(compile({ ...smallNetwork, weights: new Map() })).rejects.toThrow(
      /needs the weight "pointwise-conv2d\/weight"/,
    );
  });

  test('says which engine runs, and why', async () => {
    const { engine } = await compile(smallNetwork);
    expect(['simd128', 'relaxed']).toContain(engine.name);
    expect(engine.reason).toMatch(/(passed its self-check|works here).*allowProcessFlags/);
  });

  test('a weight that is computed at run time is refused by name', async () => {
    const network = networkOf((b) => {
      const x = b.input('x', [1, 4]);
      return [b.node('dense', [x, b.input('w', [4, 2])], {}, 'product')];
    });
    await expect(compile(network)).rejects.toThrow(/dense "product": input 1 \("w"\) must be a parameter/);
  });
});

describe('whole networks keep the computed bound', () => {
  test.each([
    ['mobilenet-v1', mobileNetV1({ resolution: 48, width: 0.25, classes: 10 })],
    ['its standard twin', mobileNetV1({ resolution: 32, width: 0.25, classes: 10, separable: false })],
    ['mobilenet-v2', mobileNetV2({ resolution: 48, width: 0.35, classes: 10 })],
  ])('%s', async (_, graph) => {
    const weights = initializeWeights(graph, 5);
    const input = randomTensor(graph.inputs[0]!.shape, createRandom(6));
    // Every activation and sum is looked at, so that each bound spans a single layer; see boundNetwork.
    const watched = graph.nodes.filter(({ op }) => ['relu6', 'add', 'global-average-pool2d'].includes(op));
    const outputs = [...graph.outputs, ...watched.flatMap((node) => node.outputs)];
    const session = await compile({ graph: { ...graph, outputs }, weights });
    session.run(input);
    const bounded = await boundNetwork(
      { graph, weights },
      new Map([[graph.inputs[0]!.name, input]]),
      runReference,
      {
        checkpoints: session.outputs,
      },
    );
    expect(bounded.size).toBe(outputs.length);
    for (const [name, { output, bound }] of bounded) {
      const comparison = compareTensors(session.outputs.get(name)!, output, bound.data);
      expect(comparison.ok, `${name}: ${describeComparison(comparison)}`).toBe(true);
    }
  });
});

describe('memory', () => {
  test.each([
    ['mobilenet-v1', mobileNetV1({})],
    [
      'a chain of convolutions',
      networkOf((b) => {
        let x = b.input('x', [1, 32, 32, 3]);
        for (const filters of [8, 40, 4, 60, 12]) x = conv2d(b, x, { filters, kernel: 3 });
        return [dense(b, x, { filters: 10 })];
      }).graph,
    ],
  ])('%s, a chain, takes the least that is possible', async (_, graph) => {
    const plan = planNetwork({ graph, weights: initializeWeights(graph, 1) }, engines.simd128);
    expect(plan.arenaBytes).toBe(plan.arenaLowerBound);
  });
});
