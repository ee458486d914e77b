/** @file Small networks: the patterns that engines fold and fuse, and those that trip up memory planning. */

import {
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  GraphBuilder,
  initializeWeights,
  layerNorm,
  pointwiseConv2d,
  separableConv2d,
} from '@sepconv/graph';
import { createRandom } from '@sepconv/tensor';
import fc from 'fast-check';
import { buildIntegerNetwork, type Sizes } from './integer-networks.ts';
import type { ConformanceCase } from './types.ts';
import { drawTensor } from './values.ts';

type Body = (builder: GraphBuilder, input: string, sizes: Sizes) => string | readonly string[];

const activated = (
  builder: GraphBuilder,
  value: string,
  op: 'relu' | 'relu6' | 'hard-swish' | 'swish',
): string => builder.node(op, [value], {});

const bodies: Readonly<Record<string, Body>> = {
  conv_batch_norm_relu6: (builder, input, { filters, stride, kernel }) => {
    const features = conv2d(builder, input, { filters, kernel, strides: stride, bias: false });
    return activated(builder, batchNorm(builder, features), 'relu6');
  },
  depthwise_batch_norm_relu: (builder, input, { stride, kernel }) => {
    const features = depthwiseConv2d(builder, input, { kernel, strides: stride });
    return activated(builder, batchNorm(builder, features), 'relu');
  },
  // A BatchNorm with nothing to be folded into, and one whose convolution has a second reader.
  batch_norm_alone: (builder, input, { filters }) => {
    const features = pointwiseConv2d(builder, activated(builder, batchNorm(builder, input), 'relu'), {
      filters,
    });
    return builder.node('add', [features, batchNorm(builder, features)], {});
  },
  // MobileNetV1.
  separable_block: (builder, input, { filters, stride, kernel }) => {
    const middle = depthwiseConv2d(builder, input, { kernel, strides: stride, bias: false });
    const relued = activated(builder, batchNorm(builder, middle), 'relu6');
    const mixed = pointwiseConv2d(builder, relued, { filters, bias: false });
    return activated(builder, batchNorm(builder, mixed), 'relu6');
  },
  separable_op: (builder, input, { filters, stride, kernel }) => {
    const features = separableConv2d(builder, input, { filters, kernel, strides: stride });
    return activated(builder, batchNorm(builder, features), 'hard-swish');
  },
  // MobileNetV2: the residual is read long after it was written.
  inverted_residual: (builder, input, { channels, kernel }) => {
    const wide = pointwiseConv2d(builder, input, { filters: 3 * channels, bias: false });
    const expanded = activated(builder, batchNorm(builder, wide), 'relu6');
    const middle = depthwiseConv2d(builder, expanded, { kernel, bias: false });
    const filtered = activated(builder, batchNorm(builder, middle), 'relu6');
    const narrow = pointwiseConv2d(builder, filtered, { filters: channels, bias: false });
    return builder.node('add', [input, batchNorm(builder, narrow)], {});
  },
  // MobileNetV3.
  squeeze_and_excite: (builder, input, { channels }) => {
    const features = activated(builder, depthwiseConv2d(builder, input, { kernel: 3 }), 'hard-swish');
    const squeezed = builder.node('global-average-pool2d', [features], {});
    const reduced = pointwiseConv2d(builder, squeezed, { filters: Math.ceil(channels / 4) });
    const restored = pointwiseConv2d(builder, activated(builder, reduced, 'relu'), { filters: channels });
    const gate = builder.node('hard-sigmoid', [restored], { slope: 1 / 6, offset: 0.5 });
    return builder.node('mul', [features, gate], {});
  },
  // ConvNeXt: the layer scale is a constant factor per channel, and the residual is added behind it.
  conv_next_block: (builder, input, { channels, kernel }) => {
    const middle = layerNorm(builder, depthwiseConv2d(builder, input, { kernel }), { epsilon: 1e-3 });
    const wide = pointwiseConv2d(builder, middle, { filters: 4 * channels });
    const active = builder.node('gelu', [wide], { approximate: 'none' });
    const narrow = pointwiseConv2d(builder, active, { filters: channels });
    const layerScale = builder.parameter('layer-scale', [channels], 'scale');
    return builder.node('add', [input, builder.node('mul', [narrow, layerScale], {})], {});
  },
  concat_branches: (builder, input, { filters, kernel }) => {
    const branches = [
      activated(builder, pointwiseConv2d(builder, input, { filters }), 'relu'),
      depthwiseConv2d(builder, input, { kernel }),
      input,
      builder.node('max-pool2d', [input], {
        window: [3, 3],
        strides: [1, 1],
        dilations: [1, 1],
        padding: { top: 1, bottom: 1, left: 1, right: 1 },
      }),
    ];
    return pointwiseConv2d(builder, builder.node('concat', branches, { axis: 3 }), { filters });
  },
  // ShuffleNetV2: half of the channels go by, and the halves are shuffled into each other.
  shuffle_unit: (builder, input, { channels, kernel, batch, height, width }) => {
    const doubled = pointwiseConv2d(builder, input, { filters: 2 * channels });
    const half = (index: number): string => {
      const starts = [0, 0, 0, index * channels];
      const ends = [batch, height, width, (index + 1) * channels];
      return builder.node('slice', [doubled], { starts, ends, steps: [1, 1, 1, 1] });
    };
    const branch = depthwiseConv2d(builder, activated(builder, half(1), 'relu'), { kernel });
    const joined = builder.node('concat', [half(0), branch], { axis: 3 });
    const grouped = builder.node('reshape', [joined], { shape: [batch, height, width, 2, channels] });
    const shuffled = builder.node('transpose', [grouped], { permutation: [0, 1, 2, 4, 3] });
    return builder.node('reshape', [shuffled], { shape: [batch, height, width, 2 * channels] });
  },
  pad_then_valid: (builder, input, { kernel, stride }) => {
    const side = (kernel - 1) / 2;
    const border = [0, side, side, 0];
    const padded = builder.node('pad', [input], { before: border, after: border, value: 0 });
    return depthwiseConv2d(builder, padded, { kernel, strides: stride, padding: 'valid' });
  },
  classifier: (builder, input, { filters, kernel, stride }) => {
    const features = activated(
      builder,
      conv2d(builder, input, { filters, kernel, strides: stride }),
      'swish',
    );
    const pooled = builder.node('global-average-pool2d', [features], {});
    return builder.node('softmax', [dense(builder, pooled, { filters: 10 })], { axis: 1 });
  },
  // One value is both returned and read on; another is returned as it came in.
  several_outputs: (builder, input, { filters }) => {
    const features = pointwiseConv2d(builder, input, { filters });
    const relued = activated(builder, features, 'relu');
    return [features, depthwiseConv2d(builder, relued, { kernel: 3 }), input];
  },
};

const sizes: fc.Arbitrary<Sizes> = fc.record({
  batch: fc.constantFrom(1, 1, 2),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  channels: fc.constantFrom(1, 3, 4, 5, 8, 16, 17),
  filters: fc.constantFrom(1, 3, 4, 5, 8, 16, 17),
  stride: fc.constantFrom(1, 2),
  kernel: fc.constantFrom(1, 3, 5),
  seed: fc.noShrink(fc.nat(0x7fffffff)),
});

function build(name: string, body: Body, drawn: Sizes): ConformanceCase {
  const { batch, height, width, channels, seed } = drawn;
  const builder = new GraphBuilder(name);
  const input = builder.input('input', [batch, height, width, channels]);
  const outputs = body(builder, input, drawn);
  const graph = builder.build(typeof outputs === 'string' ? [outputs] : outputs);
  return {
    label: `${name}; ${JSON.stringify(drawn)}`,
    network: { graph, weights: initializeWeights(graph, seed) },
    inputs: new Map([
      ['input', drawTensor([batch, height, width, channels], 'uniform', createRandom(seed + 1))],
    ]),
  };
}

/** Networks of real numbers by the name of their pattern. */
const realNetworkClasses: Readonly<Record<string, fc.Arbitrary<ConformanceCase>>> = Object.fromEntries(
  Object.entries(bodies).map(([name, body]) => [name, sizes.map((drawn) => build(name, body, drawn))]),
);

/** Networks by the name of their pattern. */
export const networkClasses: Readonly<Record<string, fc.Arbitrary<ConformanceCase>>> = {
  ...realNetworkClasses,
  integer_network: sizes.map(buildIntegerNetwork),
};
