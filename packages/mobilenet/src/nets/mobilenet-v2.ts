import { type Graph, GraphBuilder } from '@sepconv/graph';
import { pooledClassifier } from '../blocks/classifier.js';
import { invertedResidual } from '../blocks/inverted-residual.js';
import { normalizedConv, normalizedPointwise } from '../blocks/normalized.js';
import { type NetworkVariant, styleOf, variants } from '../blocks/style.js';
import { makeDivisible } from '../channels.js';
import { graphName } from '../names.js';
import {
  choice,
  flag,
  type ImageNetOptions,
  imageNetOptions,
  type OptionTable,
  positiveNumber,
  resolveOptions,
} from '../options.js';

/** Options of {@link mobileNetV2}. */
export interface MobileNetV2Options extends ImageNetOptions {
  /** Multiplies every channel count, rounded to multiples of 8; the last layer's 1280 only above 1. Default 1. */
  readonly width?: number;
  /** `false` for the twin: one standard convolution for each depthwise layer and its projection. Default `true`. */
  readonly separable?: boolean;
  /** Whose padding and ε to take; the counts are the same. Default `'keras'`. */
  readonly variant?: NetworkVariant;
}

/** The options of {@link mobileNetV2} as data. */
export const mobileNetV2Options: OptionTable<MobileNetV2Options> = {
  width: positiveNumber(1, 'multiplies the channels of every layer'),
  ...imageNetOptions(224),
  separable: flag(true, 'depthwise and projection; without: one standard convolution for both'),
  variant: choice(variants, 'keras', 'whose padding and BatchNorm epsilon to take'),
};

/** Expansion, output channels, repeats, and the stride of the first: table 2 of the paper. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/**
 * MobileNetV2: a stem and 17 inverted residuals with linear bottlenecks, from an image
 * `[batch, resolution, resolution, 3]` to probabilities `[batch, classes]`.
 *
 * At width 1, 224 pixels and 1000 classes: 300,774,272 MACs, 3,504,872 trainable parameters, 3,538,984 in all.
 *
 * Source: Sandler et al. 2018, arXiv:1801.04381. Channels are rounded as in Keras.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function mobileNetV2(options: MobileNetV2Options = {}): Graph {
  const o = resolveOptions('mobilenet-v2', mobileNetV2Options, options);
  const style = styleOf(o.variant);
  const parts = ['mobilenet-v2', ...(o.separable ? [] : ['standard'])];
  const builder = new GraphBuilder(graphName(parts, o.width, o.resolution));
  let value = normalizedConv(
    builder,
    style,
    builder.input('image', [o.batch, o.resolution, o.resolution, 3]),
    {
      name: 'stem/conv',
      filters: makeDivisible(32 * o.width),
      kernel: 3,
      stride: 2,
      activation: 'relu6',
    },
  );
  let index = 0;
  for (const [expansion, channels, repeats, firstStride] of stages) {
    // Keras rounds down before it rounds to a multiple of 8, which matters for a few odd widths.
    const filters = makeDivisible(Math.floor(channels * o.width));
    for (let repeat = 0; repeat < repeats; repeat++) {
      value = invertedResidual(builder, style, value, {
        name: `block_${++index}`,
        expanded: expansion * builder.imageShapeOf(value)[3],
        filters,
        stride: repeat === 0 ? firstStride : 1,
        activation: 'relu6',
        separable: o.separable,
      });
    }
  }
  const features = normalizedPointwise(builder, style, value, {
    name: 'head/conv',
    filters: makeDivisible(1280 * Math.max(1, o.width)),
    activation: 'relu6',
  });
  return builder.build([pooledClassifier(builder, features, o.classes)]);
}
