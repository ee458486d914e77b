/** @file The network that a command is about: built by name, or read from a file. */
import { basename } from 'node:path';
import type { Arithmetic, ImportedInput, InputShapes, LeftNode, ModelMetadata } from '@sepconv/formats';
import { type Graph, initializeWeights, type Network } from '@sepconv/graph';
import {
  type ArithmeticChoice,
  type ArithmeticReport,
  compileReadings,
  type Reading,
  readModel,
} from './arithmetic.js';
import type { EngineChoice } from './commands/arguments.js';
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

/** Reads a model file with the shapes that `--shape` gives its inputs, for the arithmetic that `--arithmetic` says or finds. */
async function readTarget(target: string, flags: TargetFlags, command: string): Promise<Reading> {
  refuseNetworkOptions(target, flags, command);
  const choice = (flags.arithmetic as ArithmeticChoice | undefined) ?? 'float32';
  const readings = await readModel(target, choice, flags.shape as InputShapes | undefined);
  if (readings.length === 1) return readings[0];
  const engine = (flags.engine as EngineChoice | undefined) ?? 'auto';
  const { reading, session } = await compileReadings(readings, { engine, allowProcessFlags: true });
  session.dispose();
  return reading;
}

/** Builds a network by name; its shapes follow from its options. */
function builtTarget(target: string, flags: TargetFlags): Graph {
  const graph = builtInGraph(target, givenOptions(flags));
  if (flags.shape !== undefined) {
    throw new UsageError(
      `--shape is for model files; ${target} is built, and says in its options what it takes, such as --resolution`,
    );
  }
  if ((flags.arithmetic as Arithmetic | undefined) === 'integer') {
    throw new UsageError(
      `--arithmetic integer is for quantized model files; ${target} is built, and its weights are real numbers`,
    );
  }
  return graph;
}

/** A graph to be counted. */
export interface TargetGraph {
  readonly graph: Graph;
  readonly title: string;
  /** What of a file could not be read and is not in the graph. */
  readonly left: readonly LeftNode[];
}

/** The graph of a network, and what to call it; of a file that cannot be read whole, the part that can. */
export async function graphOfTarget(
  target: string,
  flags: TargetFlags,
  command: string,
): Promise<TargetGraph> {
  if (!meansFile(target)) {
    const graph = builtTarget(target, flags);
    return { graph, title: graph.name, left: [] };
  }
  const { network, left } = await readTarget(target, flags, command).then(
    ({ imported }) => imported,
    async (error: unknown) => {
      const shapes = flags.shape as InputShapes | undefined;
      // Where nothing of it can be read either, the reason of the whole says more.
      return readNetworkFile(target, { shapes, partial: true }).catch(() => Promise.reject(error));
    },
  );
  return { graph: network.graph, title: basename(target), left };
}

/** A network with its weights, and what is known of its inputs. */
export interface TargetNetwork {
  readonly network: Network;
  readonly inputs: readonly ImportedInput[];
  readonly title: string;
  /** Which arithmetic a model file was read for; absent for a network that is built, which has real numbers only. */
  readonly arithmetic?: ArithmeticReport;
  /** What was read differently from how the file says it. */
  readonly warnings: readonly string[];
  /** What a model file says beside its network. */
  readonly metadata?: ModelMetadata;
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
  const { imported, arithmetic } = await readTarget(target, flags, command);
  const { network, inputs, warnings, metadata } = imported;
  return { network, inputs, title: basename(target), arithmetic, warnings, metadata };
}
