import {
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  type Graph,
  GraphBuilder,
  pointwiseConv2d,
} from '@sepconv/graph';
import { TrainError } from './errors.js';
import { expectOptions } from './place.js';

/** Options of {@link digitNetwork}. */
export interface DigitNetworkOptions {
  /** Whether the blocks are depthwise separable (default), or standard 3×3 convolutions of the same widths. */
  readonly separable?: boolean;
  /** Output channels of the first convolution and of each block. Default 16, 32, 48, 64, 96. */
  readonly widths?: readonly number[];
  /** What stands behind each BatchNorm. Default `'relu6'`. */
  readonly activation?: 'relu' | 'relu6';
  /** Default 28. */
  readonly resolution?: number;
  /** Default 1. */
  readonly channels?: number;
  /** Default 10. */
  readonly classes?: number;
}

/** Stride of the first convolution and of each block, as far as they go; those behind have stride 1. */
const strides = [2, 1, 2, 1, 2];

/**
 * A small classifier of digits: a 3×3 convolution with stride 2, four blocks, every second of which halves the image, the mean of each channel, and one dense layer
 * that gives logits. A block is MobileNetV1's (depthwise 3×3, BatchNorm, ReLU6, pointwise, BatchNorm, ReLU6; or ReLU), or its standard
 * twin: one 3×3 convolution with BatchNorm and ReLU6.
 *
 * Input `image` `[1, resolution, resolution, channels]`, output `logits` `[1, classes]`.
 */
export function digitNetwork(options: DigitNetworkOptions = {}): Graph {
  const {
    separable = true,
    widths = [16, 32, 48, 64, 96],
    activation = 'relu6',
    resolution = 28,
    channels = 1,
    classes = 10,
  } = expectOptions(options);
  if (!Array.isArray(widths) || widths.length === 0) {
    throw new TrainError('widths must be a list of channels, such as [16, 32, 48]');
  }
  if (![resolution, channels, classes].every((value) => Number.isSafeInteger(value) && value > 0)) {
    throw new TrainError('resolution, channels and classes must be whole numbers of at least 1');
  }
  const builder = new GraphBuilder(separable ? 'digits-separable' : 'digits-standard');
  const normalized = (value: string): string => {
    const norm = batchNorm(builder, value, { name: `${value}-norm` });
    return builder.node(activation, [norm], {}, `${value}-${activation}`);
  };
  let value = builder.input('image', [1, resolution, resolution, channels]);
  widths.forEach((filters, index) => {
    const stride = strides[index] ?? 1;
    const name = index === 0 ? 'stem' : `block_${index}`;
    if (index === 0 || !separable) {
      value = normalized(conv2d(builder, value, { name, filters, kernel: 3, strides: stride, bias: false }));
      return;
    }
    const depthwise = { name: `${name}/depthwise`, kernel: 3, strides: stride, bias: false };
    value = normalized(depthwiseConv2d(builder, value, depthwise));
    value = normalized(pointwiseConv2d(builder, value, { name: `${name}/pointwise`, filters, bias: false }));
  });
  const pooled = builder.node('global-average-pool2d', [value], {}, 'pool');
  return builder.build([dense(builder, pooled, { name: 'logits', filters: classes })]);
}
