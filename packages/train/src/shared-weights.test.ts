/** @file The gradient of a weight that several layers read is the sum of what each of them would give a copy of its own. */
import { GraphBuilder, initializeWeights, type Network, samePadding } from '@sepconv/graph';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { compileTraining } from './training-session.js';

const shapes = {
  conv: [3, 3, 5, 5],
  depthwise: [3, 3, 5, 1],
  pointwise: [1, 1, 5, 5],
  rows: [5, 5],
  bias: [5],
} as const;
type Name = keyof typeof shapes;

/** Layers that read the five parameters, or copies called `<name>/0`, `<name>/1`, … in the order of the readers. */
function layers(isShared: boolean): { graph: Network['graph']; readers: Record<Name, number> } {
  const builder = new GraphBuilder('layers');
  const readers = { conv: 0, depthwise: 0, pointwise: 0, rows: 0, bias: 0 };
  const declare = (name: string, of: Name) =>
    builder.parameter(name, shapes[of], of === 'bias' ? 'bias' : 'weight');
  const read = (name: Name): string => {
    const reader = readers[name]++;
    return isShared ? (reader === 0 ? declare(name, name) : name) : declare(`${name}/${reader}`, name);
  };
  const window = { strides: [1, 1], dilations: [1, 1], padding: samePadding([6, 7], [3, 3]) } as const;
  let x = builder.input('image', [2, 6, 7, 5]);
  for (let i = 0; i < 2; i++) {
    const conv = builder.node('conv2d', [x, read('conv'), read('bias')], { ...window, groups: 1 });
    // One of the two layers that a separable one is has its weight alone, too.
    x = builder.node('depthwise-conv2d', [builder.node('tanh', [conv], {}), read('depthwise')], window);
    const weights = [read('depthwise'), read('pointwise'), read('bias')];
    x = builder.node('separable-conv2d', [x, ...weights], window);
  }
  x = builder.node('reshape', [builder.node('global-average-pool2d', [x], {})], { shape: [2, 5] });
  for (let i = 0; i < 3; i++) x = builder.node('dense', [x, read('rows'), read('bias')], {});
  return { graph: builder.build([x]), readers };
}

async function gradientsOf({ graph, weights }: Network) {
  const session = await compileTraining({ graph, weights }, { engine: 'simd128' });
  for (const { shape, data } of session.inputs.values()) data.set(randomTensor(shape, createRandom(3)).data);
  session.forward();
  for (const { shape, data } of session.outputGradients.values())
    data.set(randomTensor(shape, createRandom(4)).data);
  const outputs = [...session.outputs.values()].map(({ data }) => [...data]);
  session.backward();
  return { outputs, gradients: session.gradients };
}

test('gradients of shared dense, separable and standard weights add up in a compiled session', async () => {
  const [shared, copied] = [layers(true), layers(false)];
  const weights = initializeWeights(shared.graph, 7);
  const copies = copied.graph.parameters.map(
    ({ name }) => [name, weights.get(name.split('/')[0]!)!] as [string, Tensor],
  );
  const together = await gradientsOf({ graph: shared.graph, weights });
  const apart = await gradientsOf({ graph: copied.graph, weights: new Map(copies) });
  expect(together.outputs).toEqual(apart.outputs);
  expect([...together.gradients.keys()].sort()).toEqual(Object.keys(shapes).sort());
  for (const [name, { data }] of together.gradients) {
    const readers = copied.readers[name as Name];
    expect(readers).toBeGreaterThan(1);
    const parts = Array.from({ length: readers }, (_, i) => apart.gradients.get(`${name}/${i}`)!.data);
    data.forEach((value, i) => {
      const sum = parts.reduce((total, part) => total + part[i]!, 0);
      const magnitude = parts.reduce((total, part) => total + Math.abs(part[i]!), 0);
      // One rounding for each addition.
      expect(Math.abs(value - sum), name).toBeLessThanOrEqual((readers - 1) * 2 ** -24 * magnitude);
      expect(magnitude, name).toBeGreaterThan(0);
    });
  }
});
