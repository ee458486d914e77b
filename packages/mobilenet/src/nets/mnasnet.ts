import { type Graph, GraphBuilder } from '@sepconv/graph';
import { pooledClassifier } from '../blocks/classifier.js';
import { invertedResidual } from '../blocks/inverted-residual.js';
import { normalizedConv, normalizedPointwise } from '../blocks/normalized.js';
import { torchStyle } from '../blocks/style.js';
import { makeDivisible } from '../channels.js';
import { graphName } from '../names.js';
import {
  type ImageNetOptions,
  imageNetOptions,
  type OptionTable,
  positiveNumber,
  resolveOptions,
} from '../options.js';

/** Options of {@link mnasNet}. */
export interface MnasNetOptions extends ImageNetOptions {
  /** Multiplies every channel count but the last 1280, rounded to multiples of 8. Default 1. */
  readonly width?: number;
}

/** The options of {@link mnasNet} as data. */
export const mnasNetOptions: OptionTable<MnasNetOptions> = {
  width: positiveNumber(1, 'multiplies the channels of every layer but the last'),
  ...imageNetOptions(224),
};

/** Kernel, expansion, output channels, repeats, and the stride of the first. */
const stages = [
  [3, 3, 24, 3, 2],
  [5, 3, 40, 3, 2],
  [5, 6, 80, 3, 2],
  [3, 6, 96, 2, 1],
  [5, 6, 192, 4, 2],
  [3, 6, 320, 1, 1],
] as const;

/**
 * MnasNet-B1: 17 blocks found by search, without squeeze-and-excite, from an image
 * `[batch, resolution, resolution, 3]` to probabilities `[batch, classes]`.
 *
 * At width 1, 224 pixels and 1000 classes: 314,415,872 MACs and 4,383,312 trainable parameters.
 *
 * Source: Tan et al. 2019, arXiv:1807.11626. Padding, ε and widths as in torchvision, whose network this is.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function mnasNet(options: MnasNetOptions = {}): Graph {
  const o = resolveOptions('mnasnet', mnasNetOptions, options);
  const builder = new GraphBuilder(graphName(['mnasnet'], o.width, o.resolution));
  const scaled = (channels: number): number => makeDivisible(channels * o.width);
  let value = normalizedConv(
    builder,
    torchStyle,
    builder.input('image', [o.batch, o.resolution, o.resolution, 3]),
    {
      name: 'stem/conv',
      filters: scaled(32),
      kernel: 3,
      stride: 2,
      activation: 'relu',
    },
  );
  let index = 1;
  // The first block does not expand. Torchvision adds no input to it even where a width makes both as wide.
  value = invertedResidual(builder, torchStyle, value, {
    name: `block_${index}`,
    expanded: builder.imageShapeOf(value)[3],
    filters: scaled(16),
    stride: 1,
    activation: 'relu',
    residual: false,
  });
  for (const [kernel, expansion, filters, repeats, firstStride] of stages) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      value = invertedResidual(builder, torchStyle, value, {
        name: `block_${++index}`,
        expanded: expansion * builder.imageShapeOf(value)[3],
        filters: scaled(filters),
        kernel,
        stride: repeat === 0 ? firstStride : 1,
        activation: 'relu',
      });
    }
  }
  const features = normalizedPointwise(builder, torchStyle, value, {
    name: 'head/conv',
    filters: 1280,
    activation: 'relu',
  });
  return builder.build([pooledClassifier(builder, features, o.classes)]);
}
