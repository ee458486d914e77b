import { type Graph, GraphBuilder } from '@sepconv/graph';
import { pooledClassifier } from '../blocks/classifier.js';
import { normalizedConv, normalizedPointwise } from '../blocks/normalized.js';
import { shuffleUnit } from '../blocks/shuffle-unit.js';
import { torchStyle } from '../blocks/style.js';
import { graphName } from '../names.js';
import {
  type ImageNetOptions,
  imageNetOptions,
  numberChoice,
  type OptionTable,
  resolveOptions,
} from '../options.js';

/** Options of {@link shuffleNetV2}. */
export interface ShuffleNetV2Options extends ImageNetOptions {
  /** One of the paper's four sizes: 0.5, 1, 1.5 or 2. Default 1. */
  readonly width?: number;
}

/** Channels of the three stages and of the last convolution, by width; table 5 of the paper. */
const channelsOf = new Map<number, readonly [number, number, number, last: number]>([
  [0.5, [48, 96, 192, 1024]],
  [1, [116, 232, 464, 1024]],
  [1.5, [176, 352, 704, 1024]],
  [2, [244, 488, 976, 2048]],
]);

/** Units of each stage, the one that halves the image among them. */
const repeats = [4, 8, 4] as const;

/** The options of {@link shuffleNetV2} as data. */
export const shuffleNetV2Options: OptionTable<ShuffleNetV2Options> = {
  width: numberChoice([...channelsOf.keys()], 1, 'which of the published sizes'),
  ...imageNetOptions(224),
};

/**
 * ShuffleNetV2: 16 units that work on half of their channels and shuffle them, from an image
 * `[batch, resolution, resolution, 3]` to probabilities `[batch, classes]`.
 *
 * At width 1, 224 pixels and 1000 classes: 144,907,992 MACs and 2,278,604 trainable parameters.
 *
 * Source: Ma et al. 2018, arXiv:1807.11164, table 5. Padding and ε as in torchvision, whose network this is.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function shuffleNetV2(options: ShuffleNetV2Options = {}): Graph {
  const o = resolveOptions('shufflenet-v2', shuffleNetV2Options, options);
  const builder = new GraphBuilder(graphName(['shufflenet-v2'], o.width, o.resolution));
  // The options have been checked against the same table.
  const channels = channelsOf.get(o.width) as readonly [number, number, number, number];
  const image = builder.input('image', [o.batch, o.resolution, o.resolution, 3]);
  const stem = normalizedConv(builder, torchStyle, image, {
    name: 'stem/conv',
    filters: 24,
    kernel: 3,
    stride: 2,
    activation: 'relu',
  });
  const window = {
    window: [3, 3],
    strides: [2, 2],
    dilations: [1, 1],
    padding: { top: 1, bottom: 1, left: 1, right: 1 },
  } as const;
  let value = builder.node('max-pool2d', [stem], window, 'stem/pool');
  let index = 0;
  repeats.forEach((count, stage) => {
    for (let repeat = 0; repeat < count; repeat++) {
      value = shuffleUnit(builder, torchStyle, value, {
        name: `block_${++index}`,
        filters: channels[stage] as number,
        stride: repeat === 0 ? 2 : 1,
      });
    }
  });
  const features = normalizedPointwise(builder, torchStyle, value, {
    name: 'head/conv',
    filters: channels[3],
    activation: 'relu',
  });
  return builder.build([pooledClassifier(builder, features, o.classes)]);
}
