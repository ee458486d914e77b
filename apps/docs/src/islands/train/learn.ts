/** @file Trains one form of the digits network, and tells what its filters look like on the way. */
import type { Weights } from '@sepconv/graph';
import {
  continueTraining,
  type Dataset,
  digitNetwork,
  type EpochMetrics,
  splitDataset,
  startTraining,
} from '@sepconv/train';
import type { EpochState } from './protocol.js';

const heldBackShare = 0.2;
/** As many as a reader compares at a glance. */
const shownFilters = 16;

/** The first filters of a weight `[3, 3, in, out]`: of the first output over all inputs, or of all outputs over the one input. */
function filtersOf(weights: Weights, name: string): number[][] {
  const { shape, data } = weights.get(name)!;
  const [rows, columns, inputs, outputs] = shape as readonly [number, number, number, number];
  const count = Math.min(shownFilters, inputs === 1 ? outputs : inputs);
  return Array.from({ length: count }, (_, filter) => {
    const [input, output] = inputs === 1 ? [0, filter] : [filter, 0];
    return Array.from(
      { length: rows * columns },
      (_, tap) => data[(tap * inputs + input) * outputs + output]!,
    );
  });
}

/** Both sets of filters that are shown. */
const shownFiltersOf = (weights: Weights, isSeparable: boolean): Pick<EpochState, 'first' | 'block'> => ({
  first: filtersOf(weights, 'stem/weight'),
  block: filtersOf(weights, isSeparable ? 'block_1/depthwise/weight' : 'block_1/weight'),
});

/** What to tell while it learns. */
export interface LearnHooks {
  readonly onStep: (share: number, loss: number) => void;
  readonly onEpoch: (state: EpochState) => void;
}

/** Trains from drawn weights, on four images of five; both forms see the same images in the same order. */
export async function learn(
  isSeparable: boolean,
  digits: Dataset,
  epochs: number,
  { onStep, onEpoch }: LearnHooks,
): Promise<void> {
  const { first: training, last: validation } = splitDataset(digits, heldBackShare);
  const data = { training, validation };
  const start = startTraining({ graph: digitNetwork({ separable: isSeparable }) }, data, { epochs, seed: 1 });
  onEpoch({ epoch: 0, ...shownFiltersOf(start.weights, isSeparable) });
  let metrics: EpochMetrics | undefined;
  await continueTraining(start, data, {
    onStep: ({ step, stepsPerEpoch, meanLoss }) => onStep(step / stepsPerEpoch, meanLoss),
    onEpoch: (known) => {
      metrics = known;
    },
    onCheckpoint: ({ weights }) => {
      if (metrics === undefined) return;
      const { epoch, loss, validationAccuracy: accuracy } = metrics;
      onEpoch({
        epoch,
        loss,
        ...(accuracy === undefined ? {} : { accuracy }),
        ...shownFiltersOf(weights, isSeparable),
      });
    },
  });
}
