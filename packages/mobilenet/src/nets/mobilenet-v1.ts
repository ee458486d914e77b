import { type Graph, GraphBuilder } from '@sepconv/graph';
import { pooledClassifier } from '../blocks/classifier.js';
import { normalizedConv } from '../blocks/normalized.js';
import { separableBlock, standardBlock } from '../blocks/separable.js';
import { kerasStyle } from '../blocks/style.js';
import { scaleChannels } from '../channels.js';
import { graphName } from '../names.js';
import {
  flag,
  type ImageNetOptions,
  imageNetOptions,
  type OptionTable,
  positiveNumber,
  resolveOptions,
} from '../options.js';

/** Options of {@link mobileNetV1}. */
export interface MobileNetV1Options extends ImageNetOptions {
  /** Multiplies every channel count but those of image and classes, rounded down as in Keras. Default 1. */
  readonly width?: number;
  /** `false` for the twin with standard convolutions. Default `true`. */
  readonly separable?: boolean;
  /** Whether to leave out the five layers of 14×14×512 (table 5 of the paper). Default `false`. */
  readonly shallow?: boolean;
}

/** The options of {@link mobileNetV1} as data. */
export const mobileNetV1Options: OptionTable<MobileNetV1Options> = {
  width: positiveNumber(1, 'multiplies the channels of every layer'),
  ...imageNetOptions(224),
  separable: flag(true, 'depthwise separable blocks; without: standard convolutions'),
  shallow: flag(false, 'leaves out the five blocks in the middle'),
};

/** Output channels and stride of the blocks: table 1 of the paper. */
const firstBlocks = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
] as const;
const middleBlocks = Array.from({ length: 5 }, () => [512, 1] as const);
const lastBlocks = [
  [1024, 2],
  [1024, 1],
] as const;

/**
 * MobileNetV1: a stem and 13 depthwise separable blocks, from an image `[batch, resolution, resolution, 3]` to
 * probabilities `[batch, classes]`. Weights come separately, from a file or `initializeWeights`.
 *
 * At width 1, 224 pixels and 1000 classes: 568,740,352 MACs and 4,231,976 trainable parameters; as standard
 * convolutions 4,867,293,184 and 29,294,088.
 *
 * Source: Howard et al. 2017, arXiv:1704.04861. Layers, padding and ε as in Keras, whose network this is.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function mobileNetV1(options: MobileNetV1Options = {}): Graph {
  const o = resolveOptions('mobilenet-v1', mobileNetV1Options, options);
  const variant = [...(o.separable ? [] : ['standard']), ...(o.shallow ? ['shallow'] : [])];
  const builder = new GraphBuilder(graphName(['mobilenet-v1', ...variant], o.width, o.resolution));
  let value = normalizedConv(
    builder,
    kerasStyle,
    builder.input('image', [o.batch, o.resolution, o.resolution, 3]),
    {
      name: 'stem/conv',
      filters: scaleChannels(32, o.width),
      kernel: 3,
      stride: 2,
      activation: 'relu6',
    },
  );
  const block = o.separable ? separableBlock : standardBlock;
  [...firstBlocks, ...(o.shallow ? [] : middleBlocks), ...lastBlocks].forEach(([channels, stride], index) => {
    const filters = scaleChannels(channels, o.width);
    value = block(builder, kerasStyle, value, { name: `block_${index + 1}`, filters, stride });
  });
  return builder.build([pooledClassifier(builder, value, o.classes)]);
}
