/** @file A model file as one of 8-bit integers: what `sepconv quantize` does, in a browser. */
import type { ImportedNetwork } from '@sepconv/formats';
import { holdBack, quantizeNetwork } from '@sepconv/quantize';
import { type Pixels, SepconvError } from '@sepconv/tensor';
import { normalizedRange } from '@sepconv/vision';
import { imageOf, inputTensor, type NormalizationName, normalizationOf } from '../model/image-input.js';
import { networkFiles } from '../model/network-files.js';
import type { Quantized } from './protocol.js';

/** What becomes of a pixel without a mean and a deviation. */
const asItIs = { mean: 0, standardDeviation: 1 };

/**
 * Quantizes a model that was read from a file of this name.
 *
 * @param pixels images to learn ranges from; a fifth is held back to compare both networks on. None: drawn inputs take their place.
 */
export async function quantizeModel(
  model: ImportedNetwork,
  fileName: string,
  pixels: readonly Pixels[],
  normalization: NormalizationName,
  onProgress: (what: string, share: number) => void,
): Promise<Quantized> {
  const start = performance.now();
  const input = imageOf(model);
  const images = typeof input === 'string' ? undefined : input;
  if (images === undefined && pixels.length > 0) throw new SepconvError(`images are of no use: ${input}`);
  const normalized = images && (normalizationOf(normalization, images) || asItIs);
  const split =
    images && pixels.length > 0
      ? holdBack(pixels.map((each) => inputTensor(each, images, normalization, model.metadata)))
      : undefined;
  const { network, report } = await quantizeNetwork(model.network, {
    onProgress,
    ...(normalized && { inputRange: normalizedRange(normalized) }),
    ...(split && { samples: split.calibration, heldBack: split.heldBack }),
  });
  const seconds = (performance.now() - start) / 1000;
  const metadata = { ...model.metadata, ...(normalized && { normalization: normalized }) };
  return {
    report,
    seconds,
    files: networkFiles(network, `${fileName.replace(/\.[^.]*$/, '')}-int8`, metadata),
  };
}
