/** @file `sepconv run --until`: what a network has computed up to a node. */
import { type InputShapes, toFileLayout } from '@sepconv/formats';
import type { GraphInput } from '@sepconv/graph';
import { asStored } from '@sepconv/vision';
import type { ArithmeticChoice, Readings } from '../arithmetic.js';
import { UsageError } from '../errors.js';
import { readNetworkFile } from '../network-file.js';
import { type UntilReport, untilJson, untilReport } from '../reports/run-until.js';
import { checkFlags, type InputFlags, imageInput, preprocessingFor, readInput } from '../run-input.js';
import { prepareRunner, type RunChoice } from '../runner.js';
import type { Terminal } from '../terminal.js';
import { printJson } from './arguments.js';

/** What the command line says of such a run. */
export interface UntilFlags extends InputFlags {
  readonly until?: string;
  readonly shape?: InputShapes;
  readonly arithmetic: ArithmeticChoice;
  readonly engine: RunChoice;
  readonly json?: true;
}

/** Runs a file up to a node on one image, and tells what it computed; what comes behind may be of any kind. */
export async function runUntil(
  model: string,
  images: readonly string[],
  flags: UntilFlags & { readonly until: string },
  terminal: Terminal,
): Promise<void> {
  const { until, shape: shapes } = flags;
  const [image, ...others] = images;
  if (image === undefined || others.length > 0) throw new UsageError('--until takes one image');
  const arithmetic = flags.arithmetic === 'auto' ? 'float32' : flags.arithmetic;
  const imported = await readNetworkFile(model, { shapes, until, arithmetic });
  const input = imageInput(imported);
  checkFlags(flags, input);
  const picture = await readInput(image, input, preprocessingFor(flags, input, imported.metadata));
  const readings: Readings = [{ arithmetic: { name: arithmetic, reason: '' }, imported }];
  const { runner } = await prepareRunner(readings, flags.engine);
  const result = await runner.run(asStored(picture, imported.network.graph.inputs[0] as GraphInput));
  const { shape, data } = toFileLayout(result, imported.outputs[0] ?? {});
  const report: UntilReport = { model, image, until, engine: runner.engine, shape, data: data.slice() };
  runner.dispose();
  if (flags.json) printJson(terminal, untilJson(report));
  else terminal.out(`\n${untilReport(report, terminal)}`);
}
