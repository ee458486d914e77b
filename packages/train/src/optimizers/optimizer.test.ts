import { batchNorm, conv2d, depthwiseConv2d, GraphBuilder } from '@sepconv/graph';
import { filled, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { createOptimizer, type OptimizerOptions } from './optimizer.js';

/** A layer of each kind, its parameters all 2 and their gradients all 0.5. */
function oneOfEach() {
  const builder = new GraphBuilder('kinds');
  const image = builder.input('image', [1, 4, 4, 2]);
  const normalized = batchNorm(builder, conv2d(builder, image, { name: 'conv', filters: 2, kernel: 3 }), {
    name: 'norm',
  });
  const depthwise = depthwiseConv2d(builder, normalized, { name: 'depthwise', kernel: 3 });
  const grouped = conv2d(builder, depthwise, { name: 'grouped', filters: 2, kernel: 3, groups: 2 });
  const graph = builder.build([grouped]);
  const all = (value: number) =>
    new Map(graph.parameters.map(({ name, shape }) => [name, filled('float32', shape, value)]));
  const gradients = all(0.5);
  gradients.delete('norm/mean');
  gradients.delete('norm/variance');
  return { graph, parameters: all(2), gradients };
}

/** The first number of every parameter after some steps. */
function after(steps: number, rate: number, options: OptimizerOptions): Map<string, number> {
  const { graph, parameters, gradients } = oneOfEach();
  const optimizer = createOptimizer(graph, parameters, gradients, options);
  for (let step = 0; step < steps; step++) optimizer.step(rate);
  return new Map([...parameters].map(([name, { data }]) => [name, data[0]!]));
}

describe('rules, by hand', () => {
  test('SGD without momentum', () => {
    expect(after(2, 0.1, { kind: 'sgd', momentum: 0, weightDecay: 0 }).get('conv/weight')).toBeCloseTo(
      1.9,
      6,
    );
  });

  test('SGD with momentum: velocities 0.5 and 0.95', () => {
    expect(after(2, 0.1, { kind: 'sgd', weightDecay: 0 }).get('conv/weight')).toBeCloseTo(
      2 - 0.05 - 0.095,
      6,
    );
  });

  test("Nesterov's momentum: steps 0.5 + 0.9 · 0.5 and 0.5 + 0.9 · 0.95", () => {
    const values = after(2, 0.1, { kind: 'sgd', nesterov: true, weightDecay: 0 });
    expect(values.get('conv/weight')).toBeCloseTo(2 - 0.095 - 0.1355, 6);
  });

  test('RMSProp', () => {
    const options = { kind: 'rmsprop', decay: 0.9, momentum: 0.5, epsilon: 0, weightDecay: 0 } as const;
    // Mean squares 0.025 and 0.0475.
    const first = (0.1 * 0.5) / Math.sqrt(0.025);
    const second = 0.5 * first + (0.1 * 0.5) / Math.sqrt(0.0475);
    expect(after(2, 0.1, options).get('conv/weight')).toBeCloseTo(2 - first - second, 5);
  });

  test('AdamW: with a constant gradient every step is the rate, and the decay is apart from it', () => {
    const options = { kind: 'adamw', weightDecay: 0.5 } as const;
    expect(after(1, 0.1, options).get('conv/weight')).toBeCloseTo(2 - 0.1 - 0.1 * 0.5 * 2, 5);
    expect(after(1, 0.1, options).get('conv/bias')).toBeCloseTo(2 - 0.1, 5);
  });
});

describe('weight decay', () => {
  const decayed = (options: Partial<OptimizerOptions>): string[] => {
    const decays = after(1, 0.1, { kind: 'sgd', weightDecay: 1, ...options } as OptimizerOptions);
    return [...decays].filter(([, value]) => value < 1.9).map(([name]) => name);
  };

  test('leaves BatchNorm, biases and depthwise weights alone, those of a group per channel included', () => {
    expect(decayed({})).toEqual(['conv/weight']);
  });

  test('takes the depthwise weights in when asked', () => {
    expect(decayed({ decays: 'weights' })).toEqual(['conv/weight', 'depthwise/weight', 'grouped/weight']);
  });
});

test('parameters without a gradient stay', () => {
  expect(after(3, 0.1, { kind: 'sgd' }).get('norm/mean')).toBe(2);
});

test('what an optimizer keeps can be taken over', () => {
  const run = (
    steps: number,
    from?: { state: ReadonlyMap<string, Float32Array>; weight: Tensor<'float32'> },
  ) => {
    const { graph, parameters, gradients } = oneOfEach();
    const optimizer = createOptimizer(graph, parameters, gradients, { kind: 'adamw' });
    const weight = parameters.get('conv/weight')!;
    if (from !== undefined) {
      optimizer.steps = 3;
      for (const [name, values] of optimizer.state) values.set(from.state.get(name)!);
      weight.data.set(from.weight.data);
    }
    for (let step = 0; step < steps; step++) optimizer.step(0.1);
    return { state: optimizer.state, weight };
  };
  expect(run(2, run(3)).weight.data).toEqual(run(5).weight.data);
});

test('an option that is no number is refused', () => {
  const { graph, parameters, gradients } = oneOfEach();
  expect(() => createOptimizer(graph, parameters, gradients, { kind: 'sgd', momentum: -1 })).toThrow(
    'optimizer.momentum must be a finite number of at least 0, not -1',
  );
});
