import { type SeparableAccount, separableAccount } from '@sepconv/cost-model';
import { type LayerOptions, layerGraphs } from '@sepconv/mobilenet';
import { SepconvError } from '@sepconv/tensor';
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.js';
import { measureGraphs } from '../measure-graphs.js';
import { createProgress } from '../progress.js';
import { layerJson, layerReport } from '../reports/layer.js';
import type { LayerReport } from '../reports/layer-report.js';
import { formatBytes } from '../reports/numbers.js';
import type { Terminal } from '../terminal.js';
import {
  addExamples,
  type EngineChoice,
  engineOption,
  jsonOption,
  positiveInteger,
  positiveNumber,
  printJson,
  type ThreadsChoice,
  threadsOption,
} from './arguments.js';
import { refuseUnused } from './unused-options.js';

/** What the four networks of a layer may need together; beyond it only the account is given. */
const maximumBytes = 2 ** 30;
/** What one run of the standard layer may do: about ten seconds at 20 GFLOP/s. */
const maximumMacs = 1e11;
/** Of a layer that takes seconds; of an ordinary one there are dozens. */
const fewestSamples = 3;

/** @throws {UsageError} when measuring would take minutes or gigabytes. */
function checkMeasurable(
  { height, width, inputChannels, outputChannels }: LayerOptions,
  account: SeparableAccount,
) {
  const outputPixels = account.output.height * account.output.width;
  const numbers =
    height * width * inputChannels +
    outputPixels * (inputChannels + outputChannels) +
    account.standard.params;
  const bytes = 4 * numbers;
  const hint = 'add --no-measure for the account alone';
  if (bytes > maximumBytes) {
    throw new UsageError(
      `this layer needs ${formatBytes(bytes)} and is too large to be measured (at most ${formatBytes(maximumBytes)}); ${hint}`,
    );
  }
  if (account.standard.macs > maximumMacs) {
    throw new UsageError(
      `the standard layer has ${account.standard.macs} MACs and is too slow to be measured (at most ${maximumMacs}); ${hint}`,
    );
  }
}

/** The closed forms; what the numbers cannot be comes from the command line, so a refusal is a usage error. */
function accountOf(layer: LayerOptions): SeparableAccount {
  try {
    return separableAccount(layer);
  } catch (error) {
    if (error instanceof SepconvError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

interface Flags {
  readonly height: number;
  readonly width: number;
  readonly in: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  readonly engine: EngineChoice;
  readonly threads: ThreadsChoice;
  readonly measure: boolean;
  readonly seconds: number;
  readonly json?: true;
}

async function runLayer(flags: Flags, terminal: Terminal): Promise<void> {
  const { height, width, in: inputChannels, out: outputChannels, kernel, stride } = flags;
  const layer: LayerOptions = { height, width, inputChannels, outputChannels, kernel, stride };
  const account = accountOf(layer);
  if (!flags.measure) return print({ layer, account }, flags, terminal);
  checkMeasurable(layer, account);
  const progress = createProgress(terminal);
  progress.say('Measuring the standard and the separable layer');
  try {
    const { engine, timings, isSteady } = await measureGraphs({ ...layerGraphs(layer) }, flags.engine, {
      budgetMs: flags.seconds * 1000,
      minimumSamples: fewestSamples,
      threads: flags.threads,
    });
    progress.done();
    print({ layer, account, measured: { engine, isSteady, ...timings } }, flags, terminal);
  } finally {
    progress.done();
  }
}

function print(report: LayerReport, flags: Flags, terminal: Terminal): void {
  if (flags.json) printJson(terminal, layerJson(report));
  else terminal.out(`\n${layerReport(report, terminal)}`);
}

/** `sepconv layer`: what one layer costs as a standard and as a separable convolution, on paper and measured. */
export function addLayerCommand(program: Command, terminal: Terminal): void {
  const integer = (flags: string, description: string) =>
    new Option(flags, description).argParser(positiveInteger).makeOptionMandatory();
  const command = program
    .command('layer')
    .summary('one layer, standard beside separable, on paper and measured')
    .description(
      'The account of one convolution layer: multiply-adds and weights as a standard and as a depthwise separable convolution, their ratio, and the time of both on this machine. Padding is "same".',
    )
    .addOption(integer('--height <pixels>', 'height of the input'))
    .addOption(integer('--width <pixels>', 'width of the input'))
    .addOption(integer('--in <channels>', 'input channels'))
    .addOption(integer('--out <channels>', 'output channels'))
    .addOption(integer('--kernel <pixels>', 'height and width of the window'))
    .addOption(new Option('--stride <pixels>', 'step of the window').argParser(positiveInteger).default(1))
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(
      new Option('--seconds <count>', 'how long to measure; up to three times that while the times vary')
        .argParser(positiveNumber)
        .default(3),
    )
    .option('--no-measure', 'give the account alone, at once')
    .addOption(jsonOption())
    .action((flags: Flags) => runLayer(flags, terminal));
  refuseUnused<Flags>(command, [
    {
      options: ['seconds', 'engine', 'threads'],
      countsWhen: ({ measure }) => measure,
      otherwise: 'would be ignored: nothing is measured; leave --no-measure out',
    },
  ]);
  addExamples(command, [
    'layer --height 56 --width 56 --in 128 --out 256 --kernel 3',
    'layer --height 14 --width 14 --in 512 --out 512 --kernel 5 --json',
  ]);
}
