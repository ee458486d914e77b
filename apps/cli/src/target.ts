/** @file The network that a command is about: built by name, or read from a file. */
import { basename } from 'node:path';
import type { ImportedInput, ImportedNetwork, InputShapes } from '@sepconv/formats';
import { type Graph, initializeWeights, type Network } from '@sepconv/graph';
import { UsageError } from './errors.js';
import { readNetworkFile } from './network-file.js';
import { givenOptions } from './network-options.js';
import { builtInGraph, meansFile } from './networks.js';

/** A command's flags, those of the networks among them. */
export type TargetFlags = Readonly<Record<string, unknown>>;

/** A file is what it is: width, resolution and the like are for networks that are built. */
function refuseNetworkOptions(target: string, flags: TargetFlags, command: string): void {
  const [option] = Object.keys(givenOptions(flags));
  if (option === undefined) return;
  const flag = option === 'separable' ? 'standard' : option;
  throw new UsageError(
    `--${flag} is for the built-in networks, see sepconv ${command} --help; the file "${target}" is what it is`,
  );
}

/** Reads a model file with the shapes that `--shape` gives its inputs. */
function readTarget(target: string, flags: TargetFlags, command: string): Promise<ImportedNetwork> {
  refuseNetworkOptions(target, flags, command);
  return readNetworkFile(target, { shapes: flags.shape as InputShapes | undefined });
}

/** Builds a network by name; its shapes follow from its options. */
function builtTarget(target: string, flags: TargetFlags): Graph {
  const graph = builtInGraph(target, givenOptions(flags));
  if (flags.shape !== undefined) {
    throw new UsageError(
      `--shape is for model files; ${target} is built, and says in its options what it takes, such as --resolution`,
    );
  }
  return graph;
}

/** The graph of a network, and what to call it. */
export async function graphOfTarget(
  target: string,
  flags: TargetFlags,
  command: string,
): Promise<{ readonly graph: Graph; readonly title: string }> {
  if (!meansFile(target)) {
    const graph = builtTarget(target, flags);
    return { graph, title: graph.name };
  }
  const { network } = await readTarget(target, flags, command);
  return { graph: network.graph, title: basename(target) };
}

/** A network with its weights, and what is known of its inputs. */
export interface TargetNetwork {
  readonly network: Network;
  readonly inputs: readonly ImportedInput[];
  readonly title: string;
  /** What was read differently from how the file says it. */
  readonly warnings: readonly string[];
}

/** A network with its weights: a file's own, or numbers from `seed` for one that is built by name. */
export async function networkOfTarget(
  target: string,
  flags: TargetFlags,
  command: string,
  seed: number,
): Promise<TargetNetwork> {
  if (!meansFile(target)) {
    const graph = builtTarget(target, flags);
    return {
      network: { graph, weights: initializeWeights(graph, seed) },
      inputs: graph.inputs.map(({ name, shape }) => ({ name, shape })),
      title: graph.name,
      warnings: [],
    };
  }
  const { network, inputs, warnings } = await readTarget(target, flags, command);
  return { network, inputs, title: basename(target), warnings };
}
