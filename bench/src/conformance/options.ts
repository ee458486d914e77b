/** @file The command line of the conformance runner. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { engineNames } from '@sepconv/kernels';

/** What can compute the cases. */
export const computing = ['reference', ...engineNames, 'auto'] as const;
export type ConformanceEngine = (typeof computing)[number];

export interface ConformanceOptions {
  readonly folder: string;
  readonly engine: ConformanceEngine;
  readonly json: boolean;
  readonly help: boolean;
}

export const usage = `usage: npm run -s conformance -- DIR [--engine ${computing.join('|')}] [--json]
Runs every case folder below DIR: model.onnx, test_data_set_*/input_*.pb and output_*.pb.
The default engine is the reference. Ends with 1 when a case failed, or there was none.`;

/**
 * Reads the arguments; the folder is seen from `from`.
 *
 * @throws when there is not exactly one folder, or an option is unknown.
 */
export function parseOptions(
  args: readonly string[],
  from = process.env.INIT_CWD ?? process.cwd(),
): ConformanceOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      engine: { type: 'string', default: 'reference' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const engine = computing.find((name) => name === values.engine);
  if (engine === undefined) {
    throw new Error(`--engine takes one of ${computing.join(', ')}, not "${values.engine}"`);
  }
  const [folder, ...others] = positionals;
  if (!values.help && (folder === undefined || others.length > 0)) {
    throw new Error(`one folder is needed, but ${positionals.length} are given\n${usage}`);
  }
  return { folder: resolve(from, folder ?? ''), engine, json: values.json, help: values.help };
}
