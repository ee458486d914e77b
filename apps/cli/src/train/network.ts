/** @file The network to train: a digit network or a built-in one by name, with new weights, or a model file with its own. */
import type { ModelMetadata } from '@sepconv/formats';
import type { Graph, Weights } from '@sepconv/graph';
import { inferTypes } from '@sepconv/graph';
import type { Normalization } from '@sepconv/tensor';
import { digitNetwork } from '@sepconv/train';
import { UsageError } from '../errors.js';
import { givenOptions } from '../network-options.js';
import { builtInGraph, meansFile } from '../networks.js';
import { networkOfTarget, type TargetFlags } from '../target.js';

/** A network that can be trained. */
export interface TrainableNetwork {
  readonly graph: Graph;
  /** A file's own; absent for a network that is built. */
  readonly weights?: Weights;
  /** How a file's network wants pixels, if it says so. */
  readonly normalization?: Normalization;
  /** What a file says beside its network, and its names of classes. */
  readonly metadata?: ModelMetadata;
  readonly labels?: readonly string[];
}

/** Networks for the digits, beside those of the library. */
export const digitNetworks = ['digits-separable', 'digits-standard'] as const;

/** What is trained on a folder unless something else is asked for. */
const folderDefault = { name: 'mobilenet-v2', options: { width: 0.35, resolution: 96 } } as const;

const isDigitNetwork = (name: string): name is (typeof digitNetworks)[number] =>
  digitNetworks.some((known) => known === name);

/** Options of networks that training decides by itself. */
const ownOptions = { classes: undefined, batch: undefined };

/**
 * @param net what was asked for, if anything.
 * @param classes of the data.
 * @param isDigits whether the data are the digits.
 */
export async function networkToTrain(
  net: string | undefined,
  classes: number,
  isDigits: boolean,
  flags: TargetFlags,
): Promise<TrainableNetwork> {
  const options = givenOptions({ ...flags, ...ownOptions });
  const name = net ?? (isDigits ? digitNetworks[0] : folderDefault.name);
  if (isDigitNetwork(name)) {
    const [option] = Object.keys(options);
    if (option !== undefined) {
      throw new UsageError(`--${option} is for the built-in networks; ${name} has none of their options`);
    }
    return { graph: digitNetwork({ separable: name === 'digits-separable', classes }) };
  }
  if (!meansFile(name)) {
    const defaults = net === undefined ? folderDefault.options : {};
    return { graph: builtInGraph(name, { ...defaults, ...options, classes }) };
  }
  const { network, inputs, metadata } = await networkOfTarget(name, { ...flags, ...ownOptions }, 'train', 1);
  const normalization = inputs[0]?.normalization;
  return {
    ...network,
    ...(normalization !== undefined && { normalization }),
    ...(metadata !== undefined && { metadata }),
    ...(metadata?.labels !== undefined && { labels: metadata.labels }),
  };
}

/** `[H, W, C]` of the images that a network takes. */
export function imageShapeOf(graph: Graph): readonly [height: number, width: number, channels: number] {
  const input = graph.inputs[0];
  const shape = input === undefined ? [] : (inferTypes(graph).get(input.name)?.shape ?? []);
  const [, height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 4 || (channels !== 1 && channels !== 3)) {
    throw new UsageError(
      `"${graph.name}" takes ${shape.join('×')}, but images are batch×height×width×1 or ×3: give a network for images`,
    );
  }
  return [height, width, channels];
}
