/** @file A training that runs: epochs of steps, validation after each, and what a checkpoint needs to know. */
import { createTensor } from '@sepconv/tensor';
import { resultOf } from './checkpoint.js';
import type { Best, Checkpoint, EpochMetrics, Position } from './checkpoint-state.js';
import { impossibleNumber } from './checkpoint-tensors.js';
import { createBatchFiller } from './data/batches.js';
import type { Dataset } from './data/dataset.js';
import { randomAt, shuffled } from './data/random-streams.js';
import { TrainError } from './errors.js';
import { evaluate } from './evaluate.js';
import { learningRateAt } from './learning-rate.js';
import { placeOf } from './place.js';
import type { RangeTracker } from './quantization/range-tracker.js';
import { asSeen } from './quantization/rounded-network.js';
import { DivergedError, type StepResult, type Trainer, type TrainerOptions } from './trainer.js';

/** The images to learn from, and those to see what was learnt. */
export interface TrainingData {
  readonly training: Dataset;
  readonly validation?: Dataset;
}

/** Where a training is, after a step. */
export interface StepReport extends StepResult {
  readonly epoch: number;
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** Means over the epoch so far. */
  readonly meanLoss: number;
  readonly accuracy: number;
}

/** What a training tells and asks while it runs. */
export interface TrainHooks extends TrainerOptions {
  /** Ends the training after the present step, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onStep?: (report: StepReport) => void;
  readonly onEpoch?: (metrics: EpochMetrics) => void | Promise<void>;
  /** Called after every epoch and on an abort. What it is given is a copy. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
}

/** Puts what a checkpoint kept where the trainer keeps it. */
function restore(trainer: Trainer, { optimizer, average, ranges, position }: Checkpoint): void {
  const copy = (
    what: string,
    saved: ReadonlyMap<string, Float32Array>,
    present: ReadonlyMap<string, Float32Array>,
  ): void => {
    for (const [name, values] of present) {
      const found = saved.get(name);
      if (found?.length !== values.length) {
        throw new TrainError(
          `the checkpoint's ${what} does not fit its network: "${name}" is missing or of another size`,
        );
      }
      values.set(found);
    }
  };
  trainer.optimizer.steps = position.updates;
  if (position.updates === 0) return;
  copy('optimizer state', optimizer, trainer.optimizer.state);
  if (trainer.ranges !== undefined) copy('ranges', ranges ?? new Map(), numbersOf(trainer.ranges));
  if (trainer.average === undefined) return;
  copy('average', average ?? new Map(), trainer.average.values);
  trainer.average.updates = position.updates;
}

/** What is kept of ranges, by the names of their classes. */
const numbersOf = (ranges: ReadonlyMap<string, RangeTracker>): ReadonlyMap<string, Float32Array> =>
  new Map([...ranges].map(([name, { numbers }]) => [name, numbers]));

const copies = (arrays: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> =>
  new Map([...arrays].map(([name, values]) => [name, values.slice()]));

/** A turn of the event loop, so that signals and timers are seen. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

const turnEveryMs = 50;

/** A training that runs: the checkpoint's fields, changing. */
export class TrainingRun {
  position: Position;
  history: readonly EpochMetrics[];
  best: Best | undefined;
  readonly start: Checkpoint;
  readonly data: TrainingData;
  readonly hooks: TrainHooks;
  readonly trainer: Trainer;

  constructor(start: Checkpoint, data: TrainingData, hooks: TrainHooks, trainer: Trainer) {
    this.start = start;
    this.data = data;
    this.hooks = hooks;
    this.trainer = trainer;
    this.position = start.position;
    this.history = start.history;
    this.best = start.best;
    restore(trainer, start);
  }

  get stepsPerEpoch(): number {
    return Math.floor(this.data.training.labels.length / this.start.settings.batchSize);
  }

  /**
   * The training as it is now, copied.
   *
   * @throws {DivergedError} when one of its numbers cannot be gone on from.
   */
  snapshot(): Checkpoint {
    const { start, trainer } = this;
    const now: Checkpoint = {
      graph: start.graph,
      settings: start.settings,
      engine: trainer.engine.name,
      ...(start.teacher === undefined ? {} : { teacher: start.teacher }),
      data: start.data,
      position: this.position,
      history: this.history,
      weights: new Map(
        start.graph.parameters.map(({ name, shape }) => {
          const present = trainer.session.parameters.get(name);
          return [
            name,
            present === undefined
              ? start.weights.get(name)!
              : createTensor('float32', shape, present.data.slice()),
          ];
        }),
      ),
      optimizer: copies(trainer.optimizer.state),
      ...(trainer.average === undefined ? {} : { average: copies(trainer.average.values) }),
      ...(trainer.ranges === undefined ? {} : { ranges: copies(numbersOf(trainer.ranges)) }),
      ...(this.best === undefined ? {} : { best: this.best }),
    };
    const impossible = impossibleNumber(now, now);
    if (impossible !== undefined) {
      const { epoch, step } = now.position;
      throw new DivergedError(
        `after ${epoch} epochs and ${step} steps ${impossible}: lower the learning rate. What was saved before is untouched`,
      );
    }
    return now;
  }

  /** Whether patience has come to its end. */
  get isStopped(): boolean {
    const { patience } = this.start.settings;
    return (
      patience !== undefined && this.best !== undefined && this.position.epoch - this.best.epoch >= patience
    );
  }

  /** @returns whether the epoch came to its end. */
  async runSteps(): Promise<boolean> {
    const { start, data, hooks, trainer, stepsPerEpoch } = this;
    const { seed, batchSize, epochs, learningRate, augmentation = {} } = start.settings;
    const { epoch } = this.position;
    const filler = createBatchFiller(data.training, augmentation);
    const order = shuffled(data.training.labels.length, randomAt(seed, 1, epoch));
    let turned = performance.now();
    for (let step = this.position.step; step < stepsPerEpoch; step++) {
      const positions = order.subarray(step * batchSize, (step + 1) * batchSize);
      const labels = filler.fill(positions, trainer.input.data, randomAt(seed, 2, epoch, step));
      const rate = learningRateAt(learningRate, epoch + (step + 1) / stepsPerEpoch, epochs);
      const result = this.step(labels, rate, (epoch + step / stepsPerEpoch) / epochs);
      const { updates, lossSum, correct } = this.position;
      this.position = {
        epoch,
        step: step + 1,
        updates: updates + 1,
        lossSum: lossSum + result.loss,
        correct: correct + result.correct,
      };
      hooks.onStep?.({
        ...result,
        epoch: epoch + 1,
        step: step + 1,
        stepsPerEpoch,
        epochs,
        learningRate: rate,
        meanLoss: this.position.lossSum / (step + 1),
        accuracy: this.position.correct / ((step + 1) * batchSize),
      });
      if (performance.now() - turned > turnEveryMs) {
        await nextTurn();
        turned = performance.now();
      }
      if (hooks.signal?.aborted) return false;
    }
    return true;
  }

  step(labels: Int32Array, rate: number, progress: number): StepResult {
    try {
      return this.trainer.step(labels, rate, progress);
    } catch (error) {
      if (!(error instanceof DivergedError)) throw error;
      const { epoch, step } = this.position;
      throw new DivergedError(
        `${error.message} in epoch ${epoch + 1}, step ${step + 1}, at the learning rate ${rate.toPrecision(3)}: lower the rate, or clip the gradients. What was saved before is untouched`,
        { cause: error },
      );
    }
  }

  /** Takes stock after an epoch. */
  async finishEpoch(): Promise<void> {
    const { start, data, hooks, stepsPerEpoch } = this;
    const { epochs, batchSize, learningRate, patience } = start.settings;
    const { epoch, updates, lossSum, correct } = this.position;
    const { best: _best, ...present } = this.snapshot();
    const weights = resultOf(present);
    const { engine } = this.trainer;
    const network = asSeen({ ...present, weights });
    const validation =
      data.validation === undefined
        ? undefined
        : await evaluate(network, data.validation, {
            ...placeOf(hooks),
            engine: engine.name,
          });
    if (validation !== undefined && !Number.isFinite(validation.loss)) {
      throw new DivergedError(
        `after epoch ${epoch + 1} the network gives no numbers on the validation set: lower the learning rate. What was saved before is untouched`,
      );
    }
    const metrics: EpochMetrics = {
      epoch: epoch + 1,
      steps: updates,
      learningRate: learningRateAt(learningRate, epoch + 1, epochs),
      loss: lossSum / stepsPerEpoch,
      accuracy: correct / (stepsPerEpoch * batchSize),
      ...(validation && { validationLoss: validation.loss, validationAccuracy: validation.accuracy }),
    };
    this.history = [...this.history, metrics];
    this.position = { epoch: epoch + 1, step: 0, updates, lossSum: 0, correct: 0 };
    if (validation !== undefined && patience !== undefined) this.remember(epoch + 1, validation, weights);
    await hooks.onEpoch?.(metrics);
    await hooks.onCheckpoint?.(this.snapshot());
  }

  /** Keeps the weights if they are the best so far; of equally many right answers the ones with less loss. */
  remember(
    epoch: number,
    { accuracy, loss }: { accuracy: number; loss: number },
    weights: Checkpoint['weights'],
  ): void {
    const { best } = this;
    const isBetter =
      best === undefined || accuracy > best.accuracy || (accuracy === best.accuracy && loss < best.loss);
    if (!isBetter) return;
    const arrays = [...weights].map(([name, { data }]) => [name, (data as Float32Array).slice()] as const);
    const { ranges } = this.trainer;
    this.best = {
      epoch,
      accuracy,
      loss,
      weights: new Map(arrays),
      ...(ranges && { ranges: copies(numbersOf(ranges)) }),
    };
  }
}
