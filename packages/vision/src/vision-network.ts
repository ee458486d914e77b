/** @file A network of one image with all that surrounds it: from a source to outputs. */
import type { ReadNetworkOptions } from '@sepconv/formats';
import type { GraphInput } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { type ImageSource, pixelsOf } from '#platform';
import { VisionError } from './errors.js';
import { asStored, type ImageInput } from './image-input.js';
import type { LoadedNetwork } from './load-network.js';
import { type PreparedImage, prepareImage } from './prepare.js';
import {
  type Preprocessing,
  type PresetName,
  preprocessingOf,
  statedPreprocessing,
} from './preprocessing.js';
import { compileVision, type SessionOptions } from './session.js';

/** Options of everything that looks at images. */
export interface VisionOptions
  extends SessionOptions,
    Pick<ReadNetworkOptions, 'shapes' | 'dimensions' | 'arithmetic' | 'fileName' | 'externalData'> {
  /** How photos become the network's input: a preset, or what differs from what the file says. */
  readonly preprocessing?: Preprocessing | PresetName;
}

/** Options that are for reading the file, and those that are for running it. */
export function partOptions(options: VisionOptions): {
  readonly read: ReadNetworkOptions;
  readonly place: SessionOptions;
} {
  if (typeof options !== 'object' || options === null) {
    throw new VisionError(`options must be an object, but is ${String(options)}`);
  }
  const pick = (...names: readonly (keyof VisionOptions)[]): Partial<VisionOptions> =>
    Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
  return {
    read: pick('shapes', 'dimensions', 'arithmetic', 'fileName', 'externalData'),
    place: pick('engine', 'threads', 'worker', 'workerScript'),
  };
}

/**
 * The options of one call.
 *
 * @throws {VisionError} when they are none, or their signal is no `AbortSignal`.
 */
export function callOptions<Options extends { readonly signal?: AbortSignal }>(options: Options): Options {
  if (typeof options !== 'object' || options === null) {
    throw new VisionError(`options must be an object, but is ${String(options)}`);
  }
  const { signal } = options;
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    throw new VisionError('signal must be an AbortSignal: give the signal of an AbortController');
  }
  return options;
}

/**
 * How images become the input: what is usual, over it what the file says, and over that what was given.
 *
 * @throws {VisionError} when none of them says how pixels become numbers.
 */
export function preprocessingFor(
  { metadata, inputs }: LoadedNetwork,
  given: VisionOptions['preprocessing'],
  usual: Preprocessing = {},
): Preprocessing {
  const [input] = inputs;
  const all = {
    ...usual,
    ...statedPreprocessing(metadata),
    ...(input?.normalization && { normalization: input.normalization }),
    ...preprocessingOf(given),
  };
  if (all.normalization === undefined) {
    throw new VisionError(
      "the file does not say how pixels become numbers: give what the network was trained with, { preprocessing: 'torchvision' } or another preset, or { preprocessing: { normalization: { mean: 127.5, standardDeviation: 127.5 } } }",
    );
  }
  return all;
}

/** A network that is ready for images. */
export interface VisionNetwork {
  readonly engine: string;
  readonly isInWorker: boolean;
  /** What the network gives for an image, by name, and where the image lies in its input. */
  run(
    image: ImageSource,
    signal?: AbortSignal,
  ): Promise<{ readonly outputs: ReadonlyMap<string, Tensor>; readonly prepared: PreparedImage }>;
  dispose(): void;
}

/** Compiles a network that takes one image. `what` is the name under which it is disposed. */
export async function openNetwork(
  { network }: LoadedNetwork,
  { height, width, channels }: ImageInput,
  preprocessing: Preprocessing,
  place: SessionOptions,
  what: string,
): Promise<VisionNetwork> {
  const session = await compileVision(network, place);
  const [input] = network.graph.inputs as readonly [GraphInput];
  let isDisposed = false;
  return {
    engine: session.engine,
    isInWorker: session.isInWorker,
    run: async (image, signal) => {
      if (isDisposed) throw new VisionError(`this ${what} is disposed: load it again`);
      const prepared = prepareImage(await pixelsOf(image), { height, width, channels }, preprocessing);
      const outputs = await session.run(asStored(prepared.tensor, input), signal);
      return { outputs, prepared };
    },
    dispose: () => {
      isDisposed = true;
      session.dispose();
    },
  };
}
