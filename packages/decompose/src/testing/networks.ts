import {
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  GraphBuilder,
  initializeWeights,
  type Network,
} from '@sepconv/graph';

/**
 * A small network of what decomposition meets: convolutions with and without bias, stride, groups and BatchNorm, one in a
 * residual branch, and those that it leaves alone.
 */
export function smallNetwork(size = 16, seed = 3): Network {
  const builder = new GraphBuilder('small');
  const relu = (value: string) => builder.node('relu', [value], {});
  let x = builder.input('image', [1, size, size, 3]);
  x = relu(
    batchNorm(builder, conv2d(builder, x, { name: 'stem', filters: 16, kernel: 3, bias: false }), {
      name: 'bn',
    }),
  );
  x = relu(conv2d(builder, x, { name: 'down', filters: 24, kernel: 3, strides: 2 }));
  const branch = relu(conv2d(builder, x, { name: 'branch', filters: 24, kernel: [3, 5], dilations: [2, 1] }));
  x = builder.node('add', [x, branch], {}, 'sum');
  x = relu(conv2d(builder, x, { name: 'grouped', filters: 32, kernel: 3, groups: 2 }));
  x = depthwiseConv2d(builder, x, { name: 'depthwise', kernel: 3 });
  x = conv2d(builder, x, { name: 'depthwise-too', filters: 32, kernel: 3, groups: 32 });
  x = conv2d(builder, x, { name: 'pointwise', filters: 16, kernel: 1 });
  x = dense(builder, builder.node('global-average-pool2d', [x], {}), { name: 'classes', filters: 10 });
  const graph = builder.build([x]);
  return { graph, weights: initializeWeights(graph, seed) };
}

/** The convolutions of {@link smallNetwork} that can be decomposed. */
export const smallCandidates = ['stem', 'down', 'branch', 'grouped'] as const;
