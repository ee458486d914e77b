/** @file How far two runtimes' outputs are apart, over the range of the output. */
import { judge, rangeOf } from '../harness/judge.ts';
import type { FileNumbers } from './contender.ts';

/** The largest difference that was found. */
export interface Agreement {
  /** Over the range of the runtime's own output, from its smallest to its largest number; infinite where one is NaN. */
  readonly error: number;
  /** The output in which it was found. */
  readonly output: string;
  /** That output's range. */
  readonly range: number;
}

/** Names without what TensorFlow appends to them. */
const plainName = (name: string): string => name.replace(/:0$/, '');

/**
 * The own output that belongs to each of ours: by name, otherwise by place, otherwise the first that is left of the same
 * size, because converters name and sort outputs of their own.
 */
export function pairOutputs(
  ours: readonly FileNumbers[],
  theirs: readonly FileNumbers[],
): [FileNumbers, FileNumbers][] {
  const left = new Set(theirs);
  const pairs = new Map<FileNumbers, FileNumbers>();
  const partners: readonly ((output: FileNumbers, place: number) => readonly (FileNumbers | undefined)[])[] =
    [
      ({ name }) => theirs.filter((other) => plainName(other.name) === plainName(name)),
      (_, place) => [theirs[place]],
      () => theirs,
    ];
  for (const candidates of partners) {
    ours.forEach((output, place) => {
      if (pairs.has(output)) return;
      const found = candidates(output, place).find(
        (other) => other !== undefined && left.has(other) && other.data.length === output.data.length,
      );
      if (found === undefined) return;
      left.delete(found);
      pairs.set(output, found);
    });
  }
  return ours.map((output) => {
    const found = pairs.get(output);
    if (found !== undefined) return [output, found];
    throw new Error(
      `the output "${output.name}" of ${output.data.length} numbers has no partner in the own runtime`,
    );
  });
}

/** The largest difference over all outputs. */
export function compareOutputs(ours: readonly FileNumbers[], theirs: readonly FileNumbers[]): Agreement {
  let worst: Agreement = { error: 0, output: ours[0]?.name ?? '', range: 0 };
  for (const [our, their] of pairOutputs(ours, theirs)) {
    if (their.data.length === 0) continue;
    const finite = their.data.filter(Number.isFinite);
    const range = finite.length === 0 ? 0 : rangeOf(finite);
    const scale = range > 0 ? range : Math.max(1, Math.abs(finite[0] ?? 0));
    const error = judge(our.data, their.data, scale).maxError / scale;
    if (error > worst.error || worst.range === 0) worst = { error, output: our.name, range };
  }
  return worst;
}

/** The largest difference over the outputs of several inputs. */
export function compareRuns(
  ours: readonly (readonly FileNumbers[])[],
  theirs: readonly (readonly FileNumbers[])[],
): Agreement {
  return ours
    .map((outputs, i) => compareOutputs(outputs, theirs[i] ?? []))
    .reduce((a, b) => (a.error >= b.error ? a : b));
}
