/** @file EfficientNet B0 to B3 and Lite0. Source: Tan and Le 2019, arXiv:1905.11946, table 1. */
import { type Graph, GraphBuilder } from '@sepconv/graph';
import { pooledClassifier } from '../blocks/classifier.js';
import { invertedResidual } from '../blocks/inverted-residual.js';
import { normalizedConv, normalizedPointwise } from '../blocks/normalized.js';
import { type NetworkVariant, styleOf, variants } from '../blocks/style.js';
import { makeDivisible } from '../channels.js';
import {
  choice,
  type ImageNetOptions,
  imageNetOptions,
  type OptionTable,
  resolveOptions,
} from '../options.js';

/** Options of the EfficientNets. Their width and depth are what B0, B1, B2 and B3 stand for. */
export interface EfficientNetOptions extends ImageNetOptions {
  /** Whose padding and ε to take; the counts are the same. Default `'keras'`. */
  readonly variant?: NetworkVariant;
}

/** What tells one EfficientNet from the next. */
interface Scale {
  readonly name: string;
  readonly width: number;
  readonly depth: number;
  readonly options: OptionTable<EfficientNetOptions>;
  /** Lite: ReLU6 and no squeeze-and-excite, so that it can be quantized. */
  readonly lite?: boolean;
}

const optionsAt = (resolution: number): OptionTable<EfficientNetOptions> => ({
  ...imageNetOptions(resolution),
  variant: choice(variants, 'keras', 'whose padding and BatchNorm epsilon to take'),
});

/** The options of each network as data; they differ in the default of `resolution`. */
export const efficientNetOptions = {
  b0: optionsAt(224),
  b1: optionsAt(240),
  b2: optionsAt(260),
  b3: optionsAt(300),
  lite0: optionsAt(224),
} as const;

/** Kernel, expansion, output channels, repeats, and the stride of the first; all at width and depth 1. */
const stages = [
  [3, 1, 16, 1, 1],
  [3, 6, 24, 2, 2],
  [5, 6, 40, 2, 2],
  [3, 6, 80, 3, 2],
  [5, 6, 112, 3, 1],
  [5, 6, 192, 4, 2],
  [3, 6, 320, 1, 1],
] as const;

function build(
  { name, width, depth, options: table, lite = false }: Scale,
  options: EfficientNetOptions,
): Graph {
  const o = resolveOptions(name, table, options);
  const style = styleOf(o.variant);
  const activation = lite ? 'relu6' : 'swish';
  const scaled = (channels: number): number => makeDivisible(channels * width);
  const builder = new GraphBuilder(`${name}_${o.resolution}`);
  let value = normalizedConv(
    builder,
    style,
    builder.input('image', [o.batch, o.resolution, o.resolution, 3]),
    {
      name: 'stem/conv',
      filters: scaled(32),
      kernel: 3,
      stride: 2,
      activation,
    },
  );
  let index = 0;
  for (const [kernel, expansion, filters, repeats, firstStride] of stages) {
    for (let repeat = 0; repeat < Math.ceil(repeats * depth); repeat++) {
      const channels = builder.imageShapeOf(value)[3];
      value = invertedResidual(builder, style, value, {
        name: `block_${++index}`,
        expanded: expansion * channels,
        filters: scaled(filters),
        kernel,
        stride: repeat === 0 ? firstStride : 1,
        activation,
        // The bottleneck is a quarter of the block's input, and not of the expanded channels as in MobileNetV3.
        ...(lite
          ? {}
          : { squeeze: { squeezed: Math.max(1, Math.floor(channels / 4)), activation, gate: 'sigmoid' } }),
      });
    }
  }
  const features = normalizedPointwise(builder, style, value, {
    name: 'head/conv',
    filters: scaled(1280),
    activation,
  });
  return builder.build([pooledClassifier(builder, features, o.classes)]);
}

/**
 * EfficientNet-B0: 16 inverted residuals with squeeze-and-excite and swish, from an image
 * `[batch, resolution, resolution, 3]` to probabilities `[batch, classes]`.
 *
 * At 224 pixels and 1000 classes: 385,814,752 MACs and 5,288,548 trainable parameters. Keras's total has 7 numbers more,
 * which normalize the image.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function efficientNetB0(options: EfficientNetOptions = {}): Graph {
  return build({ name: 'efficientnet-b0', width: 1, depth: 1, options: efficientNetOptions.b0 }, options);
}

/** EfficientNet-B1: B0's stages 1.1 times as deep, at 240 pixels. 7,794,184 trainable parameters. */
export function efficientNetB1(options: EfficientNetOptions = {}): Graph {
  return build({ name: 'efficientnet-b1', width: 1, depth: 1.1, options: efficientNetOptions.b1 }, options);
}

/** EfficientNet-B2: 1.1 times as wide and 1.2 times as deep, at 260 pixels. 9,109,994 trainable parameters. */
export function efficientNetB2(options: EfficientNetOptions = {}): Graph {
  return build({ name: 'efficientnet-b2', width: 1.1, depth: 1.2, options: efficientNetOptions.b2 }, options);
}

/** EfficientNet-B3: 1.2 times as wide and 1.4 times as deep, at 300 pixels. 12,233,232 trainable parameters. */
export function efficientNetB3(options: EfficientNetOptions = {}): Graph {
  return build({ name: 'efficientnet-b3', width: 1.2, depth: 1.4, options: efficientNetOptions.b3 }, options);
}

/**
 * EfficientNet-Lite0: B0 with ReLU6 and without squeeze-and-excite, so that it can be quantized and runs on everything.
 *
 * At 224 pixels and 1000 classes: 385,187,552 MACs and 4,652,008 trainable parameters.
 *
 * Source: tensorflow/tpu, models/official/efficientnet/lite.
 */
export function efficientNetLite0(options: EfficientNetOptions = {}): Graph {
  const scale = {
    name: 'efficientnet-lite0',
    width: 1,
    depth: 1,
    options: efficientNetOptions.lite0,
    lite: true,
  };
  return build(scale, options);
}
