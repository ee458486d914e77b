/** @file MobileNetV4-Conv, Small and Medium. Source: Qin et al. 2024, arXiv:2404.10518, with the rows of timm. */
import { type Graph, GraphBuilder } from '@sepconv/graph';
import { classifier } from '../blocks/classifier.js';
import { normalizedConv, normalizedPointwise } from '../blocks/normalized.js';
import { torchStyle } from '../blocks/style.js';
import { fusedBottleneck, universalBottleneck } from '../blocks/universal-bottleneck.js';
import { type ImageNetOptions, imageNetOptions, type OptionTable, resolveOptions } from '../options.js';

/** Options of {@link mobileNetV4ConvSmall} and {@link mobileNetV4ConvMedium}. */
export type MobileNetV4Options = ImageNetOptions;

/** The options of each network as data; they differ in the default of `resolution`. */
export const mobileNetV4Options: {
  readonly [Size in 'small' | 'medium']: OptionTable<MobileNetV4Options>;
} = { small: imageNetOptions(224), medium: imageNetOptions(256) };

/** A convolution: kernel, output channels, stride. */
type Conv = readonly ['conv', kernel: 1 | 3, filters: number, stride: 1 | 2];
/** A fused bottleneck: expansion, output channels, stride. */
type Fused = readonly ['fused', expansion: number, filters: number, stride: 1 | 2];
/** A universal bottleneck: its two depthwise kernels, expansion, output channels, stride. */
type Universal = readonly [
  'universal',
  start: 0 | 3 | 5,
  middle: 0 | 3 | 5,
  expansion: number,
  filters: number,
  stride: 1 | 2,
];

type Row = Conv | Fused | Universal;

const small: readonly Row[] = [
  ['conv', 3, 32, 2],
  ['conv', 1, 32, 1],
  ['conv', 3, 96, 2],
  ['conv', 1, 64, 1],
  ['universal', 5, 5, 3, 96, 2],
  ['universal', 0, 3, 2, 96, 1],
  ['universal', 0, 3, 2, 96, 1],
  ['universal', 0, 3, 2, 96, 1],
  ['universal', 0, 3, 2, 96, 1],
  ['universal', 3, 0, 4, 96, 1],
  ['universal', 3, 3, 6, 128, 2],
  ['universal', 5, 5, 4, 128, 1],
  ['universal', 0, 5, 4, 128, 1],
  ['universal', 0, 5, 3, 128, 1],
  ['universal', 0, 3, 4, 128, 1],
  ['universal', 0, 3, 4, 128, 1],
];

const medium: readonly Row[] = [
  ['fused', 4, 48, 2],
  ['universal', 3, 5, 4, 80, 2],
  ['universal', 3, 3, 2, 80, 1],
  ['universal', 3, 5, 6, 160, 2],
  ['universal', 3, 3, 4, 160, 1],
  ['universal', 3, 3, 4, 160, 1],
  ['universal', 3, 5, 4, 160, 1],
  ['universal', 3, 3, 4, 160, 1],
  ['universal', 3, 0, 4, 160, 1],
  ['universal', 0, 0, 2, 160, 1],
  ['universal', 3, 0, 4, 160, 1],
  ['universal', 5, 5, 6, 256, 2],
  ['universal', 5, 5, 4, 256, 1],
  ['universal', 3, 5, 4, 256, 1],
  ['universal', 3, 5, 4, 256, 1],
  ['universal', 0, 0, 4, 256, 1],
  ['universal', 3, 0, 4, 256, 1],
  ['universal', 3, 5, 2, 256, 1],
  ['universal', 5, 5, 4, 256, 1],
  ['universal', 0, 0, 4, 256, 1],
  ['universal', 0, 0, 4, 256, 1],
  ['universal', 5, 0, 2, 256, 1],
];

function appendRow(builder: GraphBuilder, input: string, name: string, row: Row): string {
  const channels = builder.imageShapeOf(input)[3];
  switch (row[0]) {
    case 'conv': {
      const [, kernel, filters, stride] = row;
      const options = { name: `${name}/conv`, filters, activation: 'relu' } as const;
      return kernel === 1
        ? normalizedPointwise(builder, torchStyle, input, options)
        : normalizedConv(builder, torchStyle, input, { ...options, kernel, stride });
    }
    case 'fused': {
      const [, expansion, filters, stride] = row;
      return fusedBottleneck(builder, torchStyle, input, {
        name,
        expanded: expansion * channels,
        filters,
        stride,
      });
    }
    case 'universal': {
      const [, startKernel, middleKernel, expansion, filters, stride] = row;
      const expanded = expansion * channels;
      const options = { name, startKernel, middleKernel, expanded, filters, stride };
      return universalBottleneck(builder, torchStyle, input, options);
    }
  }
}

function build(size: 'small' | 'medium', rows: readonly Row[], options: MobileNetV4Options): Graph {
  const name = `mobilenet-v4-conv-${size}`;
  const o = resolveOptions(name, mobileNetV4Options[size], options);
  const builder = new GraphBuilder(`${name}_${o.resolution}`);
  let value = normalizedConv(
    builder,
    torchStyle,
    builder.input('image', [o.batch, o.resolution, o.resolution, 3]),
    { name: 'stem/conv', filters: 32, kernel: 3, stride: 2, activation: 'relu' },
  );
  rows.forEach((row, index) => {
    value = appendRow(builder, value, `block_${index + 1}`, row);
  });
  value = normalizedPointwise(builder, torchStyle, value, {
    name: 'head/conv',
    filters: 960,
    activation: 'relu',
  });
  // A convolution of the one pixel that pooling leaves, normalized like any other.
  const pooled = builder.node('global-average-pool2d', [value], {}, 'head/pool');
  const features = normalizedPointwise(builder, torchStyle, pooled, {
    name: 'head/features',
    filters: 1280,
    activation: 'relu',
  });
  return builder.build([classifier(builder, features, o.classes)]);
}

/**
 * MobileNetV4-Conv-Small: universal inverted bottlenecks and ReLU, no gate and no attention, from an image
 * `[batch, resolution, resolution, 3]` to probabilities `[batch, classes]`. Padding and ε as in timm.
 *
 * At 224 pixels and 1000 classes: 186,005,568 MACs and 3,774,024 trainable parameters.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function mobileNetV4ConvSmall(options: MobileNetV4Options = {}): Graph {
  return build('small', small, options);
}

/**
 * MobileNetV4-Conv-Medium, by default at 256 pixels; otherwise as {@link mobileNetV4ConvSmall}. Then it has
 * 1,080,244,224 MACs and 9,715,512 trainable parameters.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function mobileNetV4ConvMedium(options: MobileNetV4Options = {}): Graph {
  return build('medium', medium, options);
}
