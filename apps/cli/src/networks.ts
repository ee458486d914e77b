import { existsSync } from 'node:fs';
import type { Graph } from '@sepconv/graph';
import { buildNetwork, isNetworkName, networkEntry, networkNames } from '@sepconv/mobilenet';
import { SepconvError } from '@sepconv/tensor';
import { UsageError } from './errors.js';

/** What the command line says about a built-in network; the network itself knows what it takes. */
export type BuilderOptions = Readonly<Record<string, number | boolean | string>>;

/** Whether an argument means a file: it looks like a path, or there is one. A network's name always means the network. */
export function meansFile(argument: string): boolean {
  return !isNetworkName(argument) && (/[./\\]/.test(argument) || existsSync(argument));
}

/**
 * Builds a network by name.
 *
 * @throws {UsageError} for a name or an option that does not exist: both come from the command line.
 */
export function builtInGraph(name: string, options: BuilderOptions = {}): Graph {
  try {
    const known = networkEntry(name).options;
    if (options.separable === false && !('separable' in known)) {
      const twins = networkNames.filter((candidate) => 'separable' in networkEntry(candidate).options);
      throw new UsageError(
        `${name} has no twin of standard convolutions; --standard is for ${twins.join(', ')}`,
      );
    }
    return buildNetwork<string>(name, options);
  } catch (error) {
    if (!(error instanceof SepconvError)) throw error;
    const hint = isNetworkName(name) ? '' : ' A file is recognized by its extension or a "/".';
    throw new UsageError(`${error.message}${hint}`, { cause: error });
  }
}
