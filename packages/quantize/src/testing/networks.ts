/** @file Small networks with everything in them that is quantized. */
import {
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  GraphBuilder,
  initializeWeights,
  type Network,
  pointwiseConv2d,
} from '@sepconv/graph';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';

/** A network with seeded weights, its BatchNorms' statistics among them. */
export function withWeights(builder: GraphBuilder, outputs: readonly string[], seed = 3): Network {
  const graph = builder.build(outputs);
  const random = createRandom(seed + 1);
  const weights = new Map(initializeWeights(graph, seed));
  for (const { name, shape, role } of graph.parameters) {
    if (role === 'weight' || role === 'constant') continue;
    const tensor = randomTensor(shape, random);
    // Variances and scales are positive.
    if (role === 'variance' || role === 'scale')
      for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = 0.5 + Math.abs(tensor.data[i] as number);
    weights.set(name, tensor);
  }
  return { graph, weights };
}

/** An inverted residual with squeeze-and-excite, poolings, a concatenation, and a classifier with softmax. */
export function smallNetwork(): Network {
  const builder = new GraphBuilder('small');
  const image = builder.input('image', [1, 12, 12, 3]);
  const normalized = (value: string, act: 'relu6' | 'hard-swish' | 'relu'): string =>
    builder.node(act, [batchNorm(builder, value, { name: `${value}-norm` })], {}, `${value}-act`);
  const stem = normalized(
    conv2d(builder, image, { name: 'stem', filters: 8, kernel: 3, strides: 2, bias: false }),
    'relu6',
  );
  const expanded = normalized(
    pointwiseConv2d(builder, stem, { name: 'expand', filters: 16, bias: false }),
    'hard-swish',
  );
  const spatial = normalized(
    depthwiseConv2d(builder, expanded, { name: 'spatial', kernel: 3, bias: false }),
    'relu',
  );
  const squeezed = builder.node('global-average-pool2d', [spatial], {}, 'squeezed');
  const gate = builder.node(
    'hard-sigmoid',
    [pointwiseConv2d(builder, squeezed, { name: 'gate', filters: 16 })],
    { slope: 1 / 6, offset: 0.5 },
    'gate-act',
  );
  const gated = builder.node('mul', [spatial, gate], {}, 'gated');
  const projected = pointwiseConv2d(builder, gated, { name: 'project', filters: 8 });
  const sum = builder.node('add', [stem, projected], {}, 'sum');
  const pooled = builder.node(
    'max-pool2d',
    [sum],
    { window: [2, 2], strides: [2, 2], dilations: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } },
    'pooled',
  );
  const means = builder.node(
    'average-pool2d',
    [sum],
    {
      window: [2, 2],
      strides: [2, 2],
      dilations: [1, 1],
      padding: { top: 0, bottom: 0, left: 0, right: 0 },
      countIncludePadding: false,
    },
    'means',
  );
  const curved = builder.node('tanh', [means], {}, 'curved');
  const joined = builder.node('concat', [pooled, means, curved], { axis: 3 }, 'joined');
  const swished = builder.node('swish', [joined], {}, 'swished');
  const logits = dense(builder, swished, { name: 'logits', filters: 5 });
  return withWeights(builder, [builder.node('softmax', [logits], { axis: 1 }, 'classes')]);
}

/** Seeded inputs of a network with one. */
export function randomInputs({ graph }: Network, count: number, seed = 5): Tensor<'float32'>[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => randomTensor(graph.inputs[0]?.shape ?? [], random));
}
