/**
 * @file The tensors of a checkpoint are those that a training with its settings keeps: all of them, no others, and numbers that
 * it can have come to. Pure: values in, an error or nothing.
 */
import { eliminateDeadNodes, type Parameter } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import type { Training } from './checkpoint-fields.js';
import type { Checkpoint } from './checkpoint-state.js';
import { asClassifier } from './classifier.js';
import { TrainError } from './errors.js';
import { ruleOf } from './optimizers/optimizer.js';
import { rangeNumbers } from './quantization/range-tracker.js';
import { rangeNames } from './quantization/rounded-values.js';
import { trainableNames } from './training-session.js';

/** What of a checkpoint is no JSON. */
export type CheckpointTensors = Pick<Checkpoint, 'weights' | 'optimizer' | 'average' | 'ranges' | 'best'>;

/** An array that may be there. */
interface Slot {
  readonly name: string;
  readonly size: number;
  readonly isRequired: boolean;
  isPossible(value: number): boolean;
}

/** One of the maps of a checkpoint, and everything that may be in it. */
interface Group {
  readonly what: string;
  readonly arrays: ReadonlyMap<string, Float32Array>;
  readonly slots: readonly Slot[];
}

const sizeOf = ({ shape }: Parameter): number => elementCount(shape);

/** A mask may be full of infinities; a weight that has become one has diverged. */
const isPossibleIn = ({ role }: Parameter): Slot['isPossible'] =>
  role === 'constant' ? () => true : Number.isFinite;

/** Squares may outgrow float32, after which the weight stands still. */
const isPossibleState = (state: string): Slot['isPossible'] =>
  state === 'mean-square' ? (value) => value >= 0 : Number.isFinite;

const slotsOf = (parameters: readonly Parameter[], isRequired: boolean): Slot[] =>
  parameters.map((parameter) => ({
    name: parameter.name,
    size: sizeOf(parameter),
    isRequired,
    isPossible: isPossibleIn(parameter),
  }));

/** What the optimizer keeps of every parameter that is trained; what no output depends on has no gradient. */
function optimizerSlots({ graph, settings, position }: Training, weights: Checkpoint['weights']): Slot[] {
  const trained = trainableNames(graph, settings.trainable);
  const live = eliminateDeadNodes({ graph: asClassifier(graph).graph, weights }).graph.parameters;
  const withGradient = new Set(live.map(({ name }) => name));
  const parameters = graph.parameters.filter(({ name }) => trained.has(name));
  return ruleOf(settings.optimizer).states.flatMap((state) =>
    parameters.map((parameter) => ({
      name: `${state}/${parameter.name}`,
      size: sizeOf(parameter),
      isRequired: position.updates > 0 && withGradient.has(parameter.name),
      isPossible: isPossibleState(state),
    })),
  );
}

const numbersOf = (weights: Checkpoint['weights']): Map<string, Float32Array> =>
  new Map([...weights].map(([name, { data }]) => [name, data as Float32Array]));

/** What is kept of the ranges of a training for integers. */
function rangeSlots(
  { graph, settings }: Training,
  weights: Checkpoint['weights'],
  isRequired: boolean,
): Slot[] {
  if (settings.quantize === undefined) return [];
  return rangeNames(asClassifier(graph).graph, weights).map((name) => ({
    name,
    size: rangeNumbers,
    isRequired,
    isPossible: Number.isFinite,
  }));
}

function groupsOf(
  training: Training,
  { weights, optimizer, average, ranges, best }: CheckpointTensors,
): Group[] {
  const { settings, position } = training;
  const { parameters } = training.graph;
  const averaged = settings.averageDecay ? parameters : [];
  const isAverageRequired = position.updates > 0 || average !== undefined;
  const none = new Map<string, Float32Array>();
  return [
    { what: 'the network', arrays: numbersOf(weights), slots: slotsOf(parameters, true) },
    { what: 'the optimizer', arrays: optimizer, slots: optimizerSlots(training, weights) },
    { what: 'the average', arrays: average ?? none, slots: slotsOf(averaged, isAverageRequired) },
    {
      what: 'the ranges',
      arrays: ranges ?? none,
      slots: rangeSlots(training, weights, position.updates > 0 || ranges !== undefined),
    },
    {
      what: 'the ranges of the best',
      arrays: best?.ranges ?? none,
      slots: best === undefined ? [] : rangeSlots(training, weights, true),
    },
    { what: 'the best', arrays: best?.weights ?? none, slots: slotsOf(parameters, best !== undefined) },
  ];
}

/** The first number that no training comes to, in words; of arrays that have their sizes. */
function impossibleIn({ what, arrays, slots }: Group): string | undefined {
  for (const { name, isPossible } of slots) {
    const at = arrays.get(name)?.findIndex((value) => !isPossible(value)) ?? -1;
    if (at >= 0) return `${what} has ${arrays.get(name)?.[at]} in "${name.slice(0, 80)}"`;
  }
  return undefined;
}

/** The first number that no training comes to unless it diverges, in words; `undefined` where all are possible. */
export function impossibleNumber(training: Training, tensors: CheckpointTensors): string | undefined {
  for (const group of groupsOf(training, tensors)) {
    const found = impossibleIn(group);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Checks what stands beside the JSON of a checkpoint; the network fits its graph already.
 *
 * @throws {TrainError} naming the tensor that is missing, unknown, of another size, or has a number that cannot be.
 */
export function checkTensors(training: Training, tensors: CheckpointTensors): void {
  for (const group of groupsOf(training, tensors)) {
    const { what, arrays, slots } = group;
    const byName = new Map(slots.map((slot) => [slot.name, slot]));
    for (const [name, { length }] of arrays) {
      const size = byName.get(name)?.size;
      if (size === undefined)
        throw new TrainError(
          `${what} has "${name.slice(0, 80)}", which a training with these settings does not keep`,
        );
      if (size !== length)
        throw new TrainError(`${what} has ${length} numbers for "${name}", whose parameter has ${size}`);
    }
    const missing = slots.find(({ name, isRequired }) => isRequired && !arrays.has(name));
    if (missing !== undefined) throw new TrainError(`${what} has nothing for "${missing.name}"`);
    const impossible = impossibleIn(group);
    if (impossible !== undefined)
      throw new TrainError(`${impossible}, which no training that goes well comes to`);
  }
}
