import { expectNetwork, inferTypes, type Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { createRandom, elementCount, expectDType } from '@sepconv/tensor';
import { withBatchSize } from '../batch-size.js';
import { createBatchFiller } from '../data/batches.js';
import { checkDataset, type Dataset } from '../data/dataset.js';
import { TrainError } from '../errors.js';
import { expectOptions, type Place, placeOf } from '../place.js';

/** Options of {@link featuresOf}. */
export interface FeaturesOptions extends Place {
  /** Images at a time. Default 16. */
  readonly batchSize?: number;
  /** Told after every batch how many images are done. */
  readonly onImages?: (done: number) => void;
}

/**
 * Runs a frozen part of a network once on every image: what it gives is a data set of its own, `[1, 1, count]` for each image, on which a
 * head is trained in no time.
 *
 * @param backbone - With one image as input, and one output: see `replaceHead`.
 *
 * @throws {TrainError} when the data do not fit.
 *
 * @example
 * const { backbone, head } = replaceHead(pretrained, photos.classes);
 * const start = startTraining(head, { training: await featuresOf(backbone, photos) });
 */
export async function featuresOf(
  backbone: Network,
  dataset: Dataset,
  options: FeaturesOptions = {},
): Promise<Dataset> {
  expectNetwork(backbone);
  const { graph, weights } = backbone;
  checkDataset(dataset);
  const { batchSize = 16, onImages } = expectOptions(options);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new TrainError(`batchSize must be a whole number of at least 1, but is ${String(batchSize)}`);
  }
  const [input] = graph.inputs;
  const [output] = graph.outputs;
  const fits =
    input !== undefined &&
    graph.inputs.length === 1 &&
    input.shape.length === 4 &&
    dataset.shape.every((size, axis) => size === input.shape[axis + 1]);
  if (!fits || output === undefined) {
    throw new TrainError(
      `the network "${graph.name}" takes ${input?.shape.join('×')}, but the images are ${dataset.shape.join('×')}`,
    );
  }
  const shape = inferTypes(graph).get(output)?.shape ?? [];
  const count = elementCount(shape) / (shape[0] ?? 1);
  const session = await compile({ graph: withBatchSize(graph, batchSize), weights }, placeOf(options));
  const target = expectDType(session.inputs.get(input.name)!, 'float32');
  const { data } = expectDType(session.outputs.get(output)!, 'float32');
  const filler = createBatchFiller(dataset);
  const random = createRandom(0);
  const images = dataset.labels.length;
  const pixels = new Float32Array(images * count);
  for (let first = 0; first < images; first += batchSize) {
    const present = Math.min(batchSize, images - first);
    filler.fill(
      Int32Array.from({ length: present }, (_, i) => first + i),
      target.data,
      random,
    );
    session.run();
    pixels.set(data.subarray(0, present * count), first * count);
    onImages?.(first + present);
  }
  session.dispose();
  return { ...dataset, shape: [1, 1, count], pixels, normalization: { mean: 0, standardDeviation: 1 } };
}
