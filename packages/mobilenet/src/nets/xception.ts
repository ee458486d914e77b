import { type Graph, GraphBuilder } from '@sepconv/graph';
import { pooledClassifier } from '../blocks/classifier.js';
import { normalizedConv } from '../blocks/normalized.js';
import { kerasStyle } from '../blocks/style.js';
import { separableSteps, xceptionDownsample } from '../blocks/xception.js';
import { type ImageNetOptions, imageNetOptions, type OptionTable, resolveOptions } from '../options.js';

/** Options of {@link xception}. */
export type XceptionOptions = ImageNetOptions;

/** The options of {@link xception} as data. The two convolutions without padding need 7 pixels. */
export const xceptionOptions: OptionTable<XceptionOptions> = imageNetOptions(299, 7);

/** The stem's convolutions have no padding, the rest has Keras's. */
const stemStyle = { ...kerasStyle, padding: () => 'valid' as const };

const before = (filters: number) => ({ filters, relu: 'before' as const });
const after = (filters: number) => ({ filters, relu: 'after' as const });

/**
 * Xception: 34 depthwise separable convolutions in blocks with linear shortcuts, from an image
 * `[batch, resolution, resolution, 3]` to probabilities `[batch, classes]`. Blocks have the numbers that Keras gives
 * them, of which the stem is the first.
 *
 * At 299 pixels and 1000 classes: 8,357,403,496 MACs, 22,855,952 trainable parameters, 22,910,480 in all.
 *
 * Source: Chollet 2017, arXiv:1610.02357, figure 5. Layers, padding and ε as in Keras, whose network this is.
 *
 * @throws {NetworkError} naming the option and what it may be.
 */
export function xception(options: XceptionOptions = {}): Graph {
  const o = resolveOptions('xception', xceptionOptions, options);
  const builder = new GraphBuilder(`xception_${o.resolution}`);
  const down = (input: string, block: number, steps: Parameters<typeof xceptionDownsample>[4]): string =>
    xceptionDownsample(builder, kerasStyle, input, `block_${block}`, steps);

  let value = builder.input('image', [o.batch, o.resolution, o.resolution, 3]);
  const stem = { kernel: 3, activation: 'relu' } as const;
  value = normalizedConv(builder, stemStyle, value, { name: 'stem/conv_1', filters: 32, stride: 2, ...stem });
  value = normalizedConv(builder, stemStyle, value, { name: 'stem/conv_2', filters: 64, ...stem });
  // Entry flow. The first block has no ReLU at its entrance, since the stem ends with one.
  value = down(value, 2, [{ filters: 128, relu: 'none' }, before(128)]);
  value = down(value, 3, [before(256), before(256)]);
  value = down(value, 4, [before(728), before(728)]);
  for (let block = 5; block <= 12; block++) {
    const name = `block_${block}`;
    const steps = separableSteps(builder, kerasStyle, value, name, [before(728), before(728), before(728)]);
    value = builder.node('add', [steps, value], {}, `${name}/add`);
  }
  // Exit flow.
  value = down(value, 13, [before(728), before(1024)]);
  value = separableSteps(builder, kerasStyle, value, 'block_14', [after(1536), after(2048)]);
  return builder.build([pooledClassifier(builder, value, o.classes)]);
}
