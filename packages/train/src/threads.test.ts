/** @file A training on several threads: the bits of one. */
import { batchNorm, conv2d, dense, GraphBuilder, initializeWeights, separableConv2d } from '@sepconv/graph';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { compileTraining, type TrainingSession } from './training-session.js';

/** A batch of eight, so that steps are worth several threads. */
function network() {
  const builder = new GraphBuilder('threads');
  let x = builder.input('image', [8, 32, 32, 3]);
  x = builder.node('relu6', [batchNorm(builder, conv2d(builder, x, { filters: 24, kernel: 3 }))], {});
  x = builder.node(
    'relu6',
    [batchNorm(builder, separableConv2d(builder, x, { filters: 48, kernel: 3 }))],
    {},
  );
  x = builder.node('flatten', [builder.node('global-average-pool2d', [x], {})], {});
  const graph = builder.build([dense(builder, x, { filters: 10 })]);
  return { graph, weights: initializeWeights(graph, 1) };
}

/** Some steps of plain descent; what they give, in hexadecimal digits. */
function train(session: TrainingSession): string[] {
  const random = createRandom(1);
  const results: string[] = [];
  const note = (data: Float32Array): void => {
    results.push(Buffer.from(data.slice().buffer).toString('hex'));
  };
  for (let step = 0; step < 6; step++) {
    session.inputs.get('image')!.data.set(randomTensor([8, 32, 32, 3], random).data);
    session.forward();
    for (const { data } of session.outputs.values()) note(data);
    for (const { data } of session.outputGradients.values())
      data.set(randomTensor([data.length], random).data);
    session.backward();
    for (const [name, { data }] of session.gradients) {
      const weights = session.parameters.get(name)!.data;
      data.forEach((slope, i) => {
        weights[i]! -= 0.01 * slope;
      });
    }
  }
  for (const { data } of session.parameters.values()) note(data);
  return results;
}

test.each(['simd128', 'auto'] as const)('%s', async (engine) => {
  const alone = train(await compileTraining(network(), { engine }));
  for (const threads of [2, 3, 4]) {
    const session = await compileTraining(network(), { engine, threads });
    await session.ready();
    expect(session.threads).toBe(threads);
    expect(train(session)).toEqual(alone);
    session.dispose();
  }
  const session = await compileTraining(network(), { engine, threads: 2 });
  // Whether the threads are there or come while it runs.
  expect(train(session)).toEqual(alone);
  session.dispose();
});
