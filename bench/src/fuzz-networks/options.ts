/** @file The command line of the random networks. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type EngineName, engineNames } from '@sepconv/kernels';

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  readonly engines: readonly EngineName[];
  /** Processes that run at once. */
  readonly workers: number;
  readonly help: boolean;
}

export const usage = `usage: npm run -s fuzz:networks -- [--count N] [--seed N] [--engine ${engineNames.join('|')}] [--workers N]
Runs the random networks of the seeds from N on, 1000 from 1 by default, on every engine or one, however they are fused,
in N processes at once, by default one for each core.
Prints the seed and the layers of each that fails, and ends with 1 when one did, or an engine is missing here.`;

function wholeNumber(text: string, name: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`--${name} takes a whole number from ${least} on, not "${text}"`);
}

/**
 * Reads the arguments.
 *
 * @throws when an option is unknown or has no such value.
 */
export function parseOptions(args: readonly string[]): FuzzOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      engine: { type: 'string' },
      workers: { type: 'string', default: String(availableParallelism()) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const engine = engineNames.find((name) => name === values.engine);
  if (values.engine !== undefined && engine === undefined) {
    throw new Error(`--engine takes one of ${engineNames.join(', ')}, not "${values.engine}"`);
  }
  return {
    count: wholeNumber(values.count, 'count', 1),
    seed: wholeNumber(values.seed, 'seed', 0),
    engines: engine === undefined ? engineNames : [engine],
    workers: wholeNumber(values.workers, 'workers', 1),
    help: values.help,
  };
}
