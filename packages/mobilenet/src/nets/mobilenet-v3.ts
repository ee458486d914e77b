/** @file MobileNetV3, Large and Small. Source: Howard et al. 2019, arXiv:1905.02244, tables 1 and 2. */
import { dense, type Graph, GraphBuilder } from '@sepconv/graph';
import { classifier } from '../blocks/classifier.js';
import { invertedResidual } from '../blocks/inverted-residual.js';
import { activate, normalizedConv, normalizedPointwise } from '../blocks/normalized.js';
import { kerasStyle, type NetworkVariant, type Style, torchStyle, variants } from '../blocks/style.js';
import { makeDivisible } from '../channels.js';
import { NetworkError } from '../errors.js';
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

/** Options of {@link mobileNetV3Large} and {@link mobileNetV3Small}. */
export interface MobileNetV3Options extends ImageNetOptions {
  /** Multiplies the channels of the blocks, rounded to multiples of 8. Default 1. */
  readonly width?: number;
  /** 3×3 windows, ReLU and no squeeze-and-excite everywhere, for devices without fast ones. Default `false`. */
  readonly minimalistic?: boolean;
  /**
   * Whose network to build: they pad differently, and differ at other widths than 1, where torchvision also narrows
   * stem and last dense layer, and Keras and the authors' own code expand the channels that are there. Default `'keras'`.
   */
  readonly variant?: NetworkVariant;
}

/** The options of both networks as data. */
export const mobileNetV3Options: OptionTable<MobileNetV3Options> = {
  width: positiveNumber(1, 'multiplies the channels of the blocks'),
  ...imageNetOptions(224),
  minimalistic: flag(false, '3×3 windows and ReLU everywhere, no squeeze-and-excite'),
  variant: choice(variants, 'keras', 'whose padding and channel rounding to take'),
};

/** Kernel, expanded channels, output channels, squeeze-and-excite, activation, stride; all at width 1. */
type Row = readonly [
  kernel: 3 | 5,
  expanded: number,
  filters: number,
  squeeze: boolean,
  activation: 'relu' | 'hard-swish',
  stride: 1 | 2,
];

const large: readonly Row[] = [
  [3, 16, 16, false, 'relu', 1],
  [3, 64, 24, false, 'relu', 2],
  [3, 72, 24, false, 'relu', 1],
  [5, 72, 40, true, 'relu', 2],
  [5, 120, 40, true, 'relu', 1],
  [5, 120, 40, true, 'relu', 1],
  [3, 240, 80, false, 'hard-swish', 2],
  [3, 200, 80, false, 'hard-swish', 1],
  [3, 184, 80, false, 'hard-swish', 1],
  [3, 184, 80, false, 'hard-swish', 1],
  [3, 480, 112, true, 'hard-swish', 1],
  [3, 672, 112, true, 'hard-swish', 1],
  [5, 672, 160, true, 'hard-swish', 2],
  [5, 960, 160, true, 'hard-swish', 1],
  [5, 960, 160, true, 'hard-swish', 1],
];

const small: readonly Row[] = [
  [3, 16, 16, true, 'relu', 2],
  [3, 72, 24, false, 'relu', 2],
  [3, 88, 24, false, 'relu', 1],
  [5, 96, 40, true, 'hard-swish', 2],
  [5, 240, 40, true, 'hard-swish', 1],
  [5, 240, 40, true, 'hard-swish', 1],
  [5, 120, 48, true, 'hard-swish', 1],
  [5, 144, 48, true, 'hard-swish', 1],
  [5, 288, 96, true, 'hard-swish', 2],
  [5, 576, 96, true, 'hard-swish', 1],
  [5, 576, 96, true, 'hard-swish', 1],
];

const stemChannels = 16;

/** What Keras and torchvision do differently. */
interface Rules {
  readonly style: Style;
  readonly stem: number;
  readonly last: number;
  /** `ratio` is `expanded` over the block's input channels, both at width 1. */
  readonly expanded: (channels: number, expanded: number, ratio: number) => number;
}

function rulesOf(variant: NetworkVariant, width: number, last: number): Rules {
  if (variant !== 'torchvision') {
    return {
      style: kerasStyle,
      stem: stemChannels,
      last: width > 1 ? makeDivisible(last * width) : last,
      expanded: (channels, _, ratio) => makeDivisible(channels * ratio),
    };
  }
  return {
    style: { ...torchStyle, epsilon: kerasStyle.epsilon },
    stem: makeDivisible(stemChannels * width),
    last: makeDivisible(last * width),
    expanded: (_, expanded) => makeDivisible(expanded * width),
  };
}

function build(name: string, rows: readonly Row[], lastFeatures: number, options: MobileNetV3Options): Graph {
  const o = resolveOptions(name, mobileNetV3Options, options);
  if (o.minimalistic && o.variant === 'torchvision') {
    throw new NetworkError(`${name}: torchvision has no minimalistic network; take the variant "keras"`);
  }
  const { style, stem, last, expanded } = rulesOf(o.variant, o.width, lastFeatures);
  const hardSwish = o.minimalistic ? 'relu' : 'hard-swish';
  const parts = [name, ...(o.minimalistic ? ['minimalistic'] : [])];
  const builder = new GraphBuilder(graphName(parts, o.width, o.resolution));
  let value = normalizedConv(
    builder,
    style,
    builder.input('image', [o.batch, o.resolution, o.resolution, 3]),
    {
      name: 'stem/conv',
      filters: stem,
      kernel: 3,
      stride: 2,
      activation: hardSwish,
    },
  );
  rows.forEach((row, index) => {
    const [kernel, fullExpanded, filters, squeeze, activation, stride] = row;
    const ratio = fullExpanded / (rows[index - 1]?.[2] ?? stemChannels);
    const channels = expanded(builder.imageShapeOf(value)[3], fullExpanded, ratio);
    value = invertedResidual(builder, style, value, {
      name: `block_${index + 1}`,
      expanded: channels,
      filters: makeDivisible(filters * o.width),
      kernel: o.minimalistic ? 3 : kernel,
      stride,
      activation: activation === 'relu' ? 'relu' : hardSwish,
      ...(squeeze && !o.minimalistic
        ? { squeeze: { squeezed: makeDivisible(channels / 4), activation: 'relu', gate: 'hard-sigmoid' } }
        : {}),
    });
  });
  const conv = normalizedPointwise(builder, style, value, {
    name: 'head/conv',
    filters: 6 * builder.imageShapeOf(value)[3],
    activation: hardSwish,
  });
  const pooled = builder.node('global-average-pool2d', [conv], {}, 'head/pool');
  const features = dense(builder, pooled, { name: 'head/features', filters: last });
  return builder.build([
    classifier(builder, activate(builder, features, 'head/features', hardSwish), o.classes),
  ]);
}

/**
 * MobileNetV3-Large: 15 inverted residuals, eight of them with squeeze-and-excite, from an image
 * `[batch, resolution, resolution, 3]` to probabilities `[batch, classes]`.
 *
 * At width 1, 224 pixels and 1000 classes: 216,589,760 MACs, 5,483,032 trainable parameters, 5,507,432 in all.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function mobileNetV3Large(options: MobileNetV3Options = {}): Graph {
  return build('mobilenet-v3-large', large, 1280, options);
}

/**
 * MobileNetV3-Small: 11 inverted residuals, from an image `[batch, resolution, resolution, 3]` to probabilities
 * `[batch, classes]`.
 *
 * At width 1, 224 pixels and 1000 classes: 56,510,400 MACs, 2,542,856 trainable parameters.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function mobileNetV3Small(options: MobileNetV3Options = {}): Graph {
  return build('mobilenet-v3-small', small, 1024, options);
}
