/** @file One step after the other: forward, loss, back, clip, update, average. */
import type { Network } from '@sepconv/graph';
import { type ChosenEngine, compile } from '@sepconv/kernels';
import { expectDType, type Tensor } from '@sepconv/tensor';
import { withBatchSize } from './batch-size.js';
import { asClassifier, checkFit } from './classifier.js';
import { clipGradients } from './clip-gradients.js';
import { TrainError } from './errors.js';
import { distill } from './losses/distillation.js';
import { type BatchLoss, softmaxCrossEntropy } from './losses/softmax-cross-entropy.js';
import { createOptimizer, type Optimizer } from './optimizers/optimizer.js';
import { type Place, placeOf } from './place.js';
import type { FullSettings } from './settings.js';
import { compileTraining, type TrainingSession } from './training-session.js';
import { averageWeights, type WeightAverage } from './weight-average.js';

/** Where training runs. */
export interface TrainerOptions extends Place {
  /** A network of the same input and classes to learn from. */
  readonly teacher?: Network;
}

/** What one step came to. */
export interface StepResult extends BatchLoss {
  /** The length of the gradient before clipping. */
  readonly gradientNorm: number;
}

/** A network with everything that changes it. */
export interface Trainer {
  readonly engine: ChosenEngine;
  readonly session: TrainingSession;
  /** The images of the next step, to be filled. */
  readonly input: Tensor<'float32'>;
  readonly optimizer: Optimizer;
  readonly average: WeightAverage | undefined;
  /**
   * Trains on the images in `input`.
   *
   * @throws {DivergedError} when loss or gradient are no numbers any more, before weights are touched.
   */
  step(labels: Int32Array, learningRate: number): StepResult;
  /** Ends its threads. */
  dispose(): void;
}

/** The loss or the gradient has left the range of numbers. */
export class DivergedError extends TrainError {
  override readonly name: string = 'DivergedError';
}

/** Cross-entropy beyond this has nothing to do with classes any more. */
const largestLoss = 1e6;

async function prepareTeacher(
  teacher: Network,
  student: ReturnType<typeof asClassifier>,
  batchSize: number,
  options: TrainerOptions,
) {
  const classifier = asClassifier(teacher.graph);
  checkFit(classifier, { shape: student.imageShape, classes: new Array<string>(student.classes).fill('') });
  return compile(
    { graph: withBatchSize(classifier.graph, batchSize), weights: teacher.weights },
    placeOf(options),
  );
}

/**
 * Prepares training of a classifier with batches of `settings.batchSize` images.
 *
 * @throws {TrainError} when the network is no classifier, or the teacher is of another kind.
 */
export async function createTrainer(
  network: Network,
  settings: FullSettings,
  options: TrainerOptions = {},
): Promise<Trainer> {
  const {
    batchSize,
    labelSmoothing,
    clipNorm = Infinity,
    averageDecay,
    batchNormMomentum,
    trainable,
  } = settings;
  const classifier = asClassifier(network.graph);
  const graph = withBatchSize(classifier.graph, batchSize);
  const session = await compileTraining(
    { graph, weights: network.weights },
    { ...placeOf(options), batchNormMomentum, ...(trainable === undefined ? {} : { trainable }) },
  );
  const teacher =
    options.teacher === undefined
      ? undefined
      : await prepareTeacher(options.teacher, classifier, batchSize, options);
  const input = session.inputs.get(classifier.input)!;
  const logits = session.outputs.get(classifier.logits)!.data;
  const gradient = session.outputGradients.get(classifier.logits)!.data;
  const optimizer = createOptimizer(graph, session.parameters, session.gradients, settings.optimizer);
  const average =
    averageDecay === undefined || averageDecay === 0
      ? undefined
      : averageWeights(session.parameters, averageDecay);
  return {
    engine: session.engine,
    session,
    input,
    optimizer,
    average,
    step: (labels, learningRate) => {
      session.forward();
      const own = softmaxCrossEntropy(logits, labels, labelSmoothing, gradient);
      let { loss } = own;
      if (teacher !== undefined) {
        const { data: wanted } = expectDType(teacher.run(input), 'float32');
        loss = distill(logits, wanted, loss, labels.length, settings.distillation ?? {}, gradient);
      }
      if (!(loss <= largestLoss)) throw new DivergedError(`the loss became ${loss}`);
      session.backward();
      const gradientNorm = clipGradients(session.gradients, clipNorm);
      if (!Number.isFinite(gradientNorm)) throw new DivergedError(`the gradient became ${gradientNorm}`);
      optimizer.step(learningRate);
      average?.update();
      return { loss, correct: own.correct, gradientNorm };
    },
    dispose: () => {
      session.dispose();
      teacher?.dispose();
    },
  };
}
