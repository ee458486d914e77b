/** @file What a trained network takes for what. */
import type { Network } from '@sepconv/graph';
import { evaluate } from '@sepconv/train';
import type { Photos } from './data.js';
import type { TrainFlags } from './flags.js';

/** An image that the network takes for something else. */
export interface Mistake {
  /** The file; absent for data that are no files. */
  readonly file?: string;
  readonly isOf: string;
  readonly takenFor: string;
  /** How sure the network is. */
  readonly probability: number;
}

/** Images that were held back, and what the network says of them. */
export interface Confusion {
  readonly classes: readonly string[];
  /** For each class, how many of its images were taken for each class. */
  readonly counts: readonly (readonly number[])[];
  readonly accuracy: number;
  /** The surest first. */
  readonly worst: readonly Mistake[];
}

const mostMistakes = 10;

/** Runs the network as it will be used on images that it has not seen. */
export async function confusionOf(
  network: Network,
  { dataset, files }: Photos,
  { engine, threads }: TrainFlags,
): Promise<Confusion> {
  const place = { engine, threads, allowProcessFlags: true };
  const { choices, confidence, accuracy } = await evaluate(network, dataset, place);
  const { classes, labels } = dataset;
  const counts = classes.map(() => classes.map(() => 0));
  const mistakes: Mistake[] = [];
  choices.forEach((choice, i) => {
    const label = labels[i] as number;
    const row = counts[label] as number[];
    if (row[choice] === undefined) return;
    row[choice]++;
    if (choice === label) return;
    const file = files?.[i];
    mistakes.push({
      ...(file !== undefined && { file }),
      isOf: classes[label] as string,
      takenFor: classes[choice] as string,
      probability: confidence[i] as number,
    });
  });
  const worst = mistakes.sort((a, b) => b.probability - a.probability).slice(0, mostMistakes);
  return { classes, counts, accuracy, worst };
}
