/** @file How every value of the integer network is stored. */
import type { Network, StoredAs } from '@sepconv/graph';
import { type Tensor, toFloat32 } from '@sepconv/tensor';
import {
  type ActivationType,
  fixedStorage,
  type Interval,
  isWeighted,
  type QuantizationPlan,
  type StorageClasses,
  storageClasses,
} from '@sepconv/train/quantization';
import { QuantizeError } from './errors.js';
import { type NormStatistics, normalRange } from './norm-statistics.js';
import { chooseRange, type RangeOptions } from './ranges/choose-range.js';
import { type Observation, type ObserveOptions, observe } from './ranges/observe.js';
import type { NamedInputs } from './samples.js';
import { storageOf } from './stored.js';

/** What was observed and chosen for the values that are stored alike. */
export interface ClassRange {
  readonly observed: Interval;
  readonly chosen: Interval;
}

/** Ranges by storage class. */
export interface Ranges {
  readonly classes: StorageClasses;
  readonly ranges: ReadonlyMap<string, ClassRange>;
  /** How many values had to be observed. */
  readonly seen: number;
}

/** Values that are integers somewhere, and not only moved ones: what a range has to be observed of. */
function observedValues(plan: QuantizationPlan, classes: StorageClasses): ReadonlyMap<string, string> {
  const parameters = new Set(plan.graph.parameters.map(({ name }) => name));
  const fixed = new Set(
    plan.layers.flatMap((layer) =>
      layer.arithmetic === 'integer' && fixedStorage(layer) !== undefined
        ? [classes.get(layer.output) as string]
        : [],
    ),
  );
  const producedMoved = new Set(
    plan.layers.flatMap(({ arithmetic, node, output }) =>
      arithmetic === 'moved' && node.op !== 'pad' ? [output] : [],
    ),
  );
  const values = plan.layers.flatMap(({ arithmetic, node, output }) =>
    arithmetic === 'float' ? [] : [...node.inputs.filter((name) => !parameters.has(name)), output],
  );
  return new Map(
    values
      .filter((name) => !producedMoved.has(name) && !fixed.has(classes.get(name) as string))
      .map((name) => [name, classes.get(name) as string]),
  );
}

/** Options of {@link observeRanges}. */
export type ObserveRangesOptions = RangeOptions &
  Omit<ObserveOptions, 'values' | 'histograms'> & {
    /** Ranges by value that are not observed. */
    readonly known?: ReadonlyMap<string, Interval> | undefined;
  };

/** Ranges that are known, by class. */
function knownRanges(
  known: ReadonlyMap<string, Interval>,
  classes: StorageClasses,
): ReadonlyMap<string, ClassRange> {
  const ranges = new Map<string, ClassRange>();
  for (const [name, range] of known) {
    const key = classes.get(name);
    if (key === undefined)
      throw new QuantizeError(
        `a range is given of "${name}", but the network has no such value that is stored`,
      );
    const { min, max } = ranges.get(key)?.chosen ?? range;
    const joined = { min: Math.min(min, range.min), max: Math.max(max, range.max) };
    ranges.set(key, { observed: joined, chosen: joined });
  }
  return ranges;
}

/**
 * Ranges of everything that is stored as integers, over samples.
 *
 * @throws {QuantizeError} when a value is no finite number.
 */
export async function observeRanges(
  network: Network,
  plan: QuantizationPlan,
  samples: readonly NamedInputs[],
  options: ObserveRangesOptions,
): Promise<Ranges> {
  const { method, percentile, known = new Map(), ...rest } = options;
  const classes = storageClasses(plan);
  const given = knownRanges(known, classes);
  const values = new Map([...observedValues(plan, classes)].filter(([, key]) => !given.has(key)));
  const histograms = method !== 'min-max';
  const observed =
    values.size === 0 ? new Map() : await observe(network, samples, { ...rest, values, histograms });
  const rangeOf = (observation: Observation): ClassRange => ({
    observed: { min: observation.min, max: observation.max },
    chosen: chooseRange(observation, { method, percentile }),
  });
  const found = [...observed].map(([key, seen]): [string, ClassRange] => [key, rangeOf(seen)]);
  return { classes, ranges: new Map([...given, ...found]), seen: values.size };
}

/** The extremes of constant numbers. */
function rangeOfConstant(tensor: Tensor): Interval {
  const { data } = toFloat32(tensor);
  return {
    min: data.reduce((a, b) => Math.min(a, b), Infinity),
    max: data.reduce((a, b) => Math.max(a, b), -Infinity),
  };
}

/**
 * How each value is stored, constant operands of sums, products and concatenations among them.
 *
 * @throws {QuantizeError} when a range is not finite.
 */
export function storageOfValues(
  { weights }: Network,
  plan: QuantizationPlan,
  { classes, ranges }: Ranges,
  dtype: ActivationType,
): ReadonlyMap<string, StoredAs> {
  const shift = dtype === 'uint8' ? 128 : 0;
  const byClass = new Map<string, StoredAs>();
  for (const layer of plan.layers) {
    const fixed = layer.arithmetic === 'integer' ? fixedStorage(layer) : undefined;
    if (fixed !== undefined)
      byClass.set(classes.get(layer.output) as string, {
        dtype,
        scale: fixed.scale,
        zeroPoint: fixed.zeroPoint + shift,
      });
  }
  for (const [key, { chosen }] of ranges)
    if (!byClass.has(key)) byClass.set(key, storageOf(chosen, dtype, `"${key}"`));
  const storage = new Map<string, StoredAs>();
  for (const [value, key] of classes) {
    const as = byClass.get(key);
    if (as !== undefined) storage.set(value, as);
  }
  for (const { node, output, arithmetic } of plan.layers) {
    if (arithmetic === 'float' || isWeighted(node.op)) continue;
    for (const name of node.inputs) {
      const constant = plan.graph.parameters.some((parameter) => parameter.name === name);
      if (!constant || storage.has(name)) continue;
      const as = storage.get(output);
      storage.set(
        name,
        arithmetic === 'moved' && as !== undefined
          ? as
          : storageOf(rangeOfConstant(weights.get(name) as Tensor), dtype, `the constant "${name}"`),
      );
    }
  }
  return storage;
}

/** Bounds of a layer without a clamp. */
const everything: Interval = { min: -Infinity, max: Infinity };

/**
 * Ranges that BatchNorm's statistics give, in place of those that were observed of drawn inputs, for classes all of whose values are
 * known so.
 */
export function withNormalRanges(
  { classes, ranges, seen }: Ranges,
  { graph, layers }: QuantizationPlan,
  statistics: ReadonlyMap<string, NormStatistics>,
): Ranges {
  const unknown = new Set(graph.inputs.map(({ name }) => classes.get(name)));
  const known = new Map<string, Interval>();
  for (const { node, output, clamp = everything, arithmetic } of layers) {
    const key = classes.get(output) as string;
    if (arithmetic === 'moved' && node.op !== 'pad') continue;
    const own = statistics.get(node.outputs[0] as string);
    if (own === undefined) {
      unknown.add(key);
      continue;
    }
    const range = normalRange(own, clamp);
    const before = known.get(key) ?? range;
    known.set(key, { min: Math.min(before.min, range.min), max: Math.max(before.max, range.max) });
  }
  const chosen = (key: string): Interval | undefined => (unknown.has(key) ? undefined : known.get(key));
  return {
    classes,
    seen,
    ranges: new Map(
      [...ranges].map(([key, found]) => [key, { ...found, chosen: chosen(key) ?? found.chosen }]),
    ),
  };
}
