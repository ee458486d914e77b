/** @file One step after the other: forward, loss, back, clip, update, average. */
import type { Graph, Network } from '@sepconv/graph';
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
import type { ValueRounding } from './plan/rounding.js';
import { createTrackers, type FakeQuantization, fakeQuantization } from './quantization/fake-quantization.js';
import type { RangeTracker } from './quantization/range-tracker.js';
import { type RoundedValues, roundedValues } from './quantization/rounded-values.js';
import type { FullSettings } from './settings.js';
import { compileRounded, type TrainingSession, trainableNames } from './training-session.js';
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
  /** What is kept of ranges where the network is trained for integers, by the names of their classes. */
  readonly ranges: ReadonlyMap<string, RangeTracker> | undefined;
  /**
   * Trains on the images in `input`.
   *
   * @param progress - From 0 to 1 over the whole training, before this step.
   *
   * @throws {DivergedError} when loss or gradient are no numbers any more, before weights are touched.
   */
  step(labels: Int32Array, learningRate: number, progress: number): StepResult;
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

/** A network's own parameters, of all that a session has. */
const parametersOf = (
  { parameters }: Graph,
  session: TrainingSession,
): ReadonlyMap<string, Tensor<'float32'>> =>
  new Map(
    parameters.flatMap(({ name }): [string, Tensor<'float32'>][] => {
      const tensor = session.parameters.get(name);
      return tensor === undefined ? [] : [[name, tensor]];
    }),
  );

/** Which values a step rounds, and by which range. */
function valueRounding(
  { results, seams, realReaders }: RoundedValues,
  trackers: ReadonlyMap<string, RangeTracker>,
): ValueRounding {
  const byRange = (values: ReadonlyMap<string, string>) =>
    new Map([...values].map(([value, name]) => [value, trackers.get(name) as RangeTracker]));
  return { results: byRange(results), seams: byRange(seams), realReaders };
}

/** Runs with what integers would hold, where that was asked for; weights are real again afterwards, whatever happens. */
function asIntegers<Result>(
  fake: FakeQuantization | undefined,
  session: TrainingSession,
  progress: number,
  run: () => Result,
): Result {
  if (fake === undefined) return run();
  session.freezeNorms(fake.begin(progress));
  try {
    return run();
  } finally {
    fake.end();
  }
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
  const own = withBatchSize(classifier.graph, batchSize);
  const { quantize } = settings;
  const rounded = quantize && roundedValues({ graph: own, weights: network.weights });
  const ranges = rounded && createTrackers(rounded, quantize);
  const { graph, weights } = rounded?.network ?? { graph: own, weights: network.weights };
  const session = await compileRounded(
    { graph, weights },
    // What spelling adds is not trained.
    { ...placeOf(options), batchNormMomentum, trainable: trainable ?? [...trainableNames(own, undefined)] },
    rounded && ranges && valueRounding(rounded, ranges),
  );
  const teacher =
    options.teacher === undefined
      ? undefined
      : await prepareTeacher(options.teacher, classifier, batchSize, options);
  const input = session.inputs.get(classifier.input)!;
  const logits = session.outputs.get(classifier.logits)!.data;
  const gradient = session.outputGradients.get(classifier.logits)!.data;
  const fake = rounded && ranges && fakeQuantization(rounded, ranges, session.parameters, quantize);
  const optimizer = createOptimizer(graph, session.parameters, session.gradients, settings.optimizer);
  const average =
    averageDecay === undefined || averageDecay === 0
      ? undefined
      : averageWeights(parametersOf(own, session), averageDecay);
  /** One way forward and back. */
  const thereAndBack = (labels: Int32Array): BatchLoss => {
    session.forward();
    const own = softmaxCrossEntropy(logits, labels, labelSmoothing, gradient);
    let { loss } = own;
    if (teacher !== undefined) {
      const { data: wanted } = expectDType(teacher.run(input), 'float32');
      loss = distill(logits, wanted, loss, labels.length, settings.distillation ?? {}, gradient);
    }
    if (!(loss <= largestLoss)) throw new DivergedError(`the loss became ${loss}`);
    session.backward();
    return { loss, correct: own.correct };
  };
  return {
    engine: session.engine,
    session,
    input,
    optimizer,
    average,
    ranges,
    step: (labels, learningRate, progress) => {
      const { loss, correct } = asIntegers(fake, session, progress, () => thereAndBack(labels));
      const gradientNorm = clipGradients(session.gradients, clipNorm);
      if (!Number.isFinite(gradientNorm)) throw new DivergedError(`the gradient became ${gradientNorm}`);
      fake?.update(optimizer.steps, learningRate / settings.learningRate.base);
      optimizer.step(learningRate);
      average?.update();
      return { loss, correct, gradientNorm };
    },
    dispose: () => {
      session.dispose();
      teacher?.dispose();
    },
  };
}
