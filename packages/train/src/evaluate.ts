import { expectNetwork, type Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { createRandom, expectDType } from '@sepconv/tensor';
import { withBatchSize } from './batch-size.js';
import { asClassifier, checkFit } from './classifier.js';
import { createBatchFiller } from './data/batches.js';
import { checkDataset, type Dataset } from './data/dataset.js';
import { TrainError } from './errors.js';
import { bestClass } from './losses/softmax.js';
import { softmaxCrossEntropy } from './losses/softmax-cross-entropy.js';
import { expectOptions, type Place, placeOf } from './place.js';

/** Options of {@link evaluate}. */
export interface EvaluateOptions extends Place {
  /** Images at a time. Default 64. */
  readonly batchSize?: number;
}

/** How well a network does on a data set. */
export interface Evaluation {
  readonly count: number;
  readonly correct: number;
  /** `correct / count`. */
  readonly accuracy: number;
  /** Mean cross-entropy, without smoothing. */
  readonly loss: number;
  /** The class that the network chose for each image. */
  readonly choices: Int32Array;
  /** How probable that class is to the network, for each image. */
  readonly confidence: Float32Array;
}

/**
 * Runs a classifier on every image of a data set, as it would run in use: BatchNorm with its moving statistics, folded.
 *
 * @throws {TrainError} when the network is no classifier, or does not fit the data.
 */
export async function evaluate(
  network: Network,
  dataset: Dataset,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  expectNetwork(network);
  checkDataset(dataset);
  const { batchSize = 64 } = expectOptions(options);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new TrainError(`batchSize must be a whole number of at least 1, but is ${String(batchSize)}`);
  }
  const classifier = asClassifier(network.graph);
  checkFit(classifier, dataset);
  const graph = withBatchSize(classifier.graph, batchSize);
  const session = await compile({ graph, weights: network.weights }, placeOf(options));
  const input = expectDType(session.inputs.get(classifier.input)!, 'float32');
  const { data } = expectDType(session.outputs.get(classifier.logits)!, 'float32');
  const filler = createBatchFiller(dataset);
  const random = createRandom(0);
  const count = dataset.labels.length;
  const choices = new Int32Array(count);
  const confidence = new Float32Array(count);
  let loss = 0;
  let correct = 0;
  for (let first = 0; first < count; first += batchSize) {
    const positions = Int32Array.from({ length: Math.min(batchSize, count - first) }, (_, i) => first + i);
    const labels = filler.fill(positions, input.data, random);
    session.run();
    const logits = data.subarray(0, labels.length * classifier.classes);
    const batch = softmaxCrossEntropy(logits, labels, 0, new Float64Array(logits.length));
    loss += batch.loss * labels.length;
    correct += batch.correct;
    for (let i = 0; i < labels.length; i++) {
      const row = logits.subarray(i * classifier.classes, (i + 1) * classifier.classes);
      const choice = bestClass(logits, i, classifier.classes);
      choices[first + i] = choice;
      confidence[first + i] = 1 / row.reduce((sum, value) => sum + Math.exp(value - row[choice]!), 0);
    }
  }
  session.dispose();
  return { count, correct, accuracy: correct / count, loss: loss / count, choices, confidence };
}
