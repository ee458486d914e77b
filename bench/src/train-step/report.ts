/** @file A training step beside tfjs for a person, in 80 columns. */
import { type Circumstances, describeCircumstances } from '../harness/machine.ts';

/** Everything that a run found; `--json` prints this. */
export interface TrainStepReport {
  readonly bench: 'train';
  readonly quick: boolean;
  readonly circumstances: Circumstances;
  readonly network: string;
  readonly batchSize: number;
  readonly engine: string;
  /** Medians over the rounds. */
  readonly sepconvMs: number;
  readonly tfjsMs: number;
  /** `tfjsMs / sepconvMs`. */
  readonly ratio: number;
  readonly rounds: number;
  /** Between both, relative to the largest element of the gradient that is furthest off. */
  readonly gradientDifference: { readonly parameter: string; readonly relative: number };
}

/** The lines of a report. */
export function formatTrainStep(report: TrainStepReport): string {
  const { network, batchSize, engine, sepconvMs, tfjsMs, ratio, rounds, gradientDifference } = report;
  const row = (name: string, ms: number): string =>
    `  ${name.padEnd(28)} ${ms.toFixed(1).padStart(8)} ms  ${((1000 * batchSize) / ms).toFixed(0).padStart(7)} images/s`;
  return [
    `One training step of ${network}, batch ${batchSize}, one thread,`,
    `medians of ${rounds} rounds in turns`,
    '',
    row('tfjs, cpu backend', tfjsMs),
    row(`@sepconv/train, ${engine}`, sepconvMs),
    '',
    `The step is ${ratio.toFixed(0)} times faster. Gradients agree to ${gradientDifference.relative.toExponential(1)}`,
    `of their largest element (${gradientDifference.parameter}).`,
    '',
    describeCircumstances(report.circumstances),
  ].join('\n');
}
