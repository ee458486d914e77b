/** @file Options of networks: what there is, what it may be, and what it is when nobody says. */
import { NetworkError } from './errors.js';
import { didYouMean } from './nearest.js';

/** One option of a network, as data: the CLI makes its flags and its help from it. */
export interface OptionSpec<Value = unknown> {
  readonly kind: 'number' | 'integer' | 'flag' | 'choice';
  readonly default: Value;
  /** One line for a person. */
  readonly description: string;
  /** What it may be, as the end of a sentence: `an integer of at least 1`. */
  readonly allowed: string;
  /** The values of a `choice`. */
  readonly choices?: readonly string[];
  readonly accepts: (value: unknown) => boolean;
}

/** All options of a network by name. */
export type OptionTable<Options extends object> = {
  readonly [Name in keyof Options]-?: OptionSpec<Exclude<Options[Name], undefined>>;
};

/** A finite number above 0. */
export function positiveNumber(value: number, description: string): OptionSpec<number> {
  return {
    kind: 'number',
    default: value,
    description,
    allowed: 'a finite number above 0',
    accepts: (candidate) => typeof candidate === 'number' && candidate > 0 && candidate < Infinity,
  };
}

/** An integer of at least `least`. */
function positiveInteger(value: number, description: string, least = 1): OptionSpec<number> {
  return {
    kind: 'integer',
    default: value,
    description,
    allowed: `an integer of at least ${least}`,
    accepts: (candidate) => Number.isSafeInteger(candidate) && (candidate as number) >= least,
  };
}

/** `true` or `false`. */
export function flag(value: boolean, description: string): OptionSpec<boolean> {
  return {
    kind: 'flag',
    default: value,
    description,
    allowed: 'true or false',
    accepts: (candidate) => typeof candidate === 'boolean',
  };
}

/** One of a few numbers. */
export function numberChoice(
  numbers: readonly number[],
  value: number,
  description: string,
): OptionSpec<number> {
  return {
    kind: 'number',
    default: value,
    description,
    allowed: `one of ${numbers.join(', ')}`,
    accepts: (candidate) => numbers.includes(candidate as number),
  };
}

/** One of a few words. */
export function choice<Value extends string>(
  choices: readonly Value[],
  value: NoInfer<Value>,
  description: string,
): OptionSpec<Value> {
  return {
    kind: 'choice',
    default: value,
    description,
    allowed: `one of ${choices.join(', ')}`,
    choices,
    accepts: (candidate) => choices.includes(candidate as Value),
  };
}

/** Options that every network has. */
export interface ImageNetOptions {
  /** Height and width of the image in pixels. */
  readonly resolution?: number;
  /** Classes that the network tells apart. Default 1000. */
  readonly classes?: number;
  /** Images at once. Default 1. */
  readonly batch?: number;
}

/** {@link ImageNetOptions} with the resolution that a network was published for, and the least that it takes. */
export function imageNetOptions(resolution: number, least = 1): OptionTable<ImageNetOptions> {
  return {
    resolution: positiveInteger(resolution, 'height and width of the image in pixels', least),
    classes: positiveInteger(1000, 'classes that the network tells apart'),
    batch: positiveInteger(1, 'images at once'),
  };
}

/**
 * The options of a network, complete. An option that is `undefined` has its default.
 *
 * @throws {NetworkError} naming the option, what it is and what it may be.
 */
export function resolveOptions<Options extends object>(
  network: string,
  table: OptionTable<Options>,
  options: Options,
): { readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> } {
  if (typeof options !== 'object' || options === null) {
    throw new NetworkError(`the options of ${network} must be an object, but are ${String(options)}`);
  }
  const known = Object.keys(table);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new NetworkError(
      `${network} has no option "${name}".${didYouMean(name, known)} It has ${known.join(', ')}.`,
    );
  }
  const entries = Object.entries<OptionSpec>(table).map(([name, spec]) => {
    const value = (options as Record<string, unknown>)[name] ?? spec.default;
    if (!spec.accepts(value)) {
      const given = typeof value === 'string' ? JSON.stringify(value) : String(value);
      throw new NetworkError(`${network}: ${name} must be ${spec.allowed}, not ${given}`);
    }
    return [name, value];
  });
  return Object.fromEntries(entries);
}
