/** @file ConvNeXt Atto and Tiny. Source: Liu et al. 2022, arXiv:2201.03545. */
import { conv2d, type Graph, GraphBuilder, layerNorm } from '@sepconv/graph';
import { classifier } from '../blocks/classifier.js';
import { convNextBlock, convNextEpsilon } from '../blocks/conv-next.js';
import { type ImageNetOptions, imageNetOptions, type OptionTable, resolveOptions } from '../options.js';

/** Options of the ConvNeXts. Their width and depth are what Atto and Tiny stand for. */
export type ConvNextOptions = ImageNetOptions;

/** The options of the ConvNeXts as data. Their 4×4 and 2×2 convolutions without padding need 32 pixels. */
export const convNextOptions: OptionTable<ConvNextOptions> = imageNetOptions(224, 32);

/** What tells one ConvNeXt from the next: blocks and channels of each of the four stages. */
interface Scale {
  readonly name: string;
  readonly depths: readonly [number, number, number, number];
  readonly channels: readonly [number, number, number, number];
}

/** A layer normalization and a convolution that makes one pixel of a square of them; in the stem the other way round. */
function build({ name, depths, channels }: Scale, options: ConvNextOptions): Graph {
  const o = resolveOptions(name, convNextOptions, options);
  const builder = new GraphBuilder(`${name}_${o.resolution}`);
  const norm = (input: string, prefix: string): string =>
    layerNorm(builder, input, { name: `${prefix}/norm`, epsilon: convNextEpsilon });
  const patches = (input: string, prefix: string, filters: number, kernel: number): string =>
    conv2d(builder, input, { name: `${prefix}/conv`, filters, kernel, strides: kernel, padding: 'valid' });
  let value = builder.input('image', [o.batch, o.resolution, o.resolution, 3]);
  let index = 0;
  channels.forEach((filters, stage) => {
    value =
      stage === 0
        ? norm(patches(value, 'stem', filters, 4), 'stem')
        : patches(norm(value, `down_${stage}`), `down_${stage}`, filters, 2);
    for (let repeat = 0; repeat < (depths[stage] as number); repeat++) {
      value = convNextBlock(builder, value, `block_${++index}`);
    }
  });
  const pooled = builder.node('global-average-pool2d', [value], {}, 'head/pool');
  return builder.build([classifier(builder, norm(pooled, 'head'), o.classes)]);
}

/**
 * ConvNeXt-Atto: 12 blocks with a 7×7 depthwise convolution, layer normalization and GELU, from an image
 * `[batch, resolution, resolution, 3]` to probabilities `[batch, classes]`.
 *
 * At 224 pixels and 1000 classes: 547,332,480 MACs and 3,695,520 trainable parameters.
 *
 * Source: `convnext_atto` of timm, with layer scale.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function convNextAtto(options: ConvNextOptions = {}): Graph {
  return build({ name: 'convnext-atto', depths: [2, 2, 6, 2], channels: [40, 80, 160, 320] }, options);
}

/**
 * ConvNeXt-Tiny: 18 blocks, 96 to 768 channels; otherwise as {@link convNextAtto}.
 *
 * At 224 pixels and 1000 classes: 4,455,531,264 MACs and 28,589,128 trainable parameters, as torchvision counts.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function convNextTiny(options: ConvNextOptions = {}): Graph {
  return build({ name: 'convnext-tiny', depths: [3, 3, 9, 3], channels: [96, 192, 384, 768] }, options);
}
