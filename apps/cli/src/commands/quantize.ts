import type { OnnxForm } from '@sepconv/formats';
import {
  holdBack,
  type QuantizeOptions,
  quantizeNetwork,
  type RangeMethod,
  rangeMethods,
} from '@sepconv/quantize';
import { normalizedRange } from '@sepconv/vision';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { calibrationImages } from '../calibration-images.js';
import { printable, UsageError, withContext } from '../errors.js';
import { metadataWithFlags } from '../image-metadata.js';
import { shapeOption } from '../input-shapes.js';
import { measureGraphs } from '../measure-graphs.js';
import { writtenEndings } from '../model-formats.js';
import { networkList, networkOptions } from '../network-options.js';
import { meansFile } from '../networks.js';
import { type Progress, withProgress } from '../progress.js';
import { type QuantizeCommandReport, quantizeJson, quantizeReport } from '../reports/quantize.js';
import { type InputFlags, statedNormalization } from '../run-input.js';
import { networkOfTarget, type TargetNetwork } from '../target.js';
import type { Terminal } from '../terminal.js';
import { checkNetworkPath, formOption, formRule, writeNetwork } from '../write-network.js';
import {
  addExamples,
  type EngineChoice,
  engineOption,
  jsonOption,
  positiveInteger,
  printJson,
} from './arguments.js';
import { imageOptions } from './image-options.js';
import { imageOptionNames, refuseUnused } from './unused-options.js';

/** A third of a second for each network is enough for a quartile. */
const timing = { budgetMs: 700, warmUpMs: 150 } as const;

interface Flags extends InputFlags {
  readonly calibrate?: readonly string[];
  readonly holdBack: number;
  readonly method: RangeMethod;
  readonly percentile?: number;
  readonly weights: 'channel' | 'tensor';
  readonly activations: 'int8' | 'uint8';
  readonly equalize: boolean;
  readonly correctBias: boolean;
  readonly adaptRounding?: true;
  readonly keepFloat?: number;
  readonly keepFirst?: true;
  readonly keepLast?: true;
  readonly budget?: number;
  readonly sensitivity?: true;
  readonly integerEnds?: true;
  readonly output?: string;
  readonly form?: OnnxForm;
  readonly measure: boolean;
  readonly engine: EngineChoice;
  readonly seed: number;
  readonly json?: true;
  /** Options of the networks. */
  readonly [name: string]: unknown;
}

const shareFrom =
  (least: 'with-zero' | 'above-zero') =>
  (text: string): number => {
    const value = Number(text);
    const fits = least === 'with-zero' ? value >= 0 && value < 1 : value > 0 && value <= 1;
    if (text.trim() !== '' && fits) return value;
    throw new InvalidArgumentError(
      `It must be a number ${least === 'with-zero' ? 'from 0 to below 1' : 'above 0 and at most 1'}.`,
    );
  };

/** `error=0.01`. */
function budgetOf(text: string): number {
  const [, number = ''] = /^error=(.+)$/.exec(text) ?? [];
  const value = Number(number);
  if (number.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be error=0.01, the relative error of the outputs.');
}

/** Between which numbers pixels lie, as far as the file or the flags say it. */
function pixelRange({ inputs }: TargetNetwork, flags: Flags): { min: number; max: number } | undefined {
  const stated = statedNormalization(flags) ?? inputs[0]?.normalization;
  return stated && normalizedRange(stated);
}

async function collect(target: string, flags: Flags, progress: Progress): Promise<QuantizeCommandReport> {
  if (flags.output !== undefined) await checkNetworkPath(flags.output, [target, ...(flags.calibrate ?? [])]);
  progress.say(`Reading ${printable(target)}`);
  const read = await networkOfTarget(target, flags, 'quantize', flags.seed);
  const images = await calibrationImages(read, flags, progress);
  const split = images && holdBack(images, flags.holdBack);
  const range = pixelRange(read, flags);
  const options: QuantizeOptions = {
    method: flags.method,
    weights: flags.weights,
    activations: flags.activations,
    equalize: flags.equalize,
    correctBias: flags.correctBias,
    boundary: flags.integerEnds ? 'integer' : 'float32',
    seed: flags.seed,
    engine: flags.engine,
    // Samples run in the engine many hundred times.
    threads: 'auto',
    allowProcessFlags: true,
    onProgress: (what, share) => progress.say(`${what}, ${Math.round(100 * share)} %`),
    adaptRounding: flags.adaptRounding === true,
    sensitivity: flags.sensitivity === true,
    keepFloat: {
      first: flags.keepFirst === true,
      last: flags.keepLast === true,
      ...(flags.keepFloat !== undefined && { layers: flags.keepFloat }),
      ...(flags.budget !== undefined && { error: flags.budget }),
    },
    ...(flags.percentile !== undefined && { percentile: flags.percentile }),
    ...(split && { samples: split.calibration, heldBack: split.heldBack }),
    ...(range && { inputRange: range }),
  };
  const start = performance.now();
  const { network, report } = await withContext(`"${printable(target)}" cannot be quantized`, () =>
    quantizeNetwork(read.network, options),
  );
  const seconds = (performance.now() - start) / 1000;
  // Before the times, so that what took long is kept whatever happens to them.
  const written =
    flags.output === undefined
      ? undefined
      : await writeNetwork(flags.output, network, metadataWithFlags(read, flags), flags.form);
  if (flags.measure) progress.say('Measuring both networks');
  const measured = flags.measure
    ? await measureGraphs({ before: read.network, after: network }, flags.engine, timing)
    : undefined;
  const times = measured && {
    before: measured.timings.before.milliseconds,
    after: measured.timings.after.milliseconds,
  };
  return {
    title: read.title,
    hasSeededWeights: !meansFile(target),
    report,
    seconds,
    method: flags.method,
    ...(times && { times }),
    ...(written && { written }),
  };
}

async function runQuantize(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  if (flags.percentile !== undefined && flags.method !== 'percentile')
    throw new UsageError('--percentile is for --method percentile');
  const report = await withProgress(terminal, (progress) => collect(target, flags, progress));
  if (flags.json) printJson(terminal, quantizeJson(report));
  else terminal.out(`\n${quantizeReport(report, terminal)}`);
}

/** `sepconv quantize`: a float network as one of int8. */
export function addQuantizeCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('quantize')
    .summary('make a network compute with 8-bit integers')
    .description(
      'Makes of a network of real numbers one of int8, a quarter of the size: ranges are learnt from your images, scales of weights evened out across layers, and biases make good what rounding does on average. A part of the images is held back, and says how alike both networks answer. Without images, ranges are those of inputs drawn at random, which costs accuracy. What has no form in integers stays as it is, and the report says why.',
    )
    .argument('<network>', 'name of a network (seeded weights), or a model file')
    .option('--calibrate <image...>', 'images like those that the network will see; some dozens are enough')
    .addOption(
      new Option('--hold-back <share>', 'of the images, to compare on and not to learn from')
        .argParser(shareFrom('with-zero'))
        .default(0.2),
    )
    .addOption(new Option('--method <name>', 'how ranges are chosen').choices(rangeMethods).default('mse'))
    .addOption(
      new Option(
        '--percentile <share>',
        'numbers within the range, with --method percentile (0.9999)',
      ).argParser(shareFrom('above-zero')),
    )
    .addOption(
      new Option('--weights <scales>', 'one scale for each output channel, or for the whole tensor')
        .choices(['channel', 'tensor'])
        .default('channel'),
    )
    .addOption(
      new Option('--activations <type>', 'integers of activations')
        .choices(['int8', 'uint8'])
        .default('int8'),
    )
    .option('--no-equalize', 'leave the ranges of weights as they are')
    .option('--no-correct-bias', 'leave biases as they are')
    .option('--adapt-rounding', 'learn whether each weight is rounded up or down; takes minutes')
    .option('--keep-float <count>', 'so many layers stay real, the most sensitive ones', positiveInteger)
    .option('--keep-first', 'the first layer with weights stays real')
    .option('--keep-last', 'the last layer with weights stays real')
    .addOption(
      new Option(
        '--budget <limit>',
        'as many layers stay real as it takes for error=0.01, the error of the outputs',
      ).argParser(budgetOf),
    )
    .option('--sensitivity', 'say what each layer costs by itself')
    .option('--integer-ends', 'inputs and outputs are integers, too')
    .option('-o, --output <file>', `where to write the network: ${writtenEndings}`)
    .addOption(formOption())
    .option('--no-measure', 'do not measure times')
    .option('--seed <n>', 'seed of random weights and inputs', positiveInteger, 1);
  for (const option of [...imageOptions(), engineOption(), shapeOption(), jsonOption(), ...networkOptions()])
    command.addOption(option);
  command
    .action((target: string, flags: Flags) => runQuantize(target, flags, terminal))
    .addHelpText('after', `\nNetworks:\n${networkList()}`);
  refuseUnused<Flags>(command, [
    formRule,
    {
      options: imageOptionNames.filter((name) => name !== 'mean' && name !== 'std'),
      countsWhen: ({ calibrate }) => calibrate !== undefined,
      otherwise: 'would be ignored: it says how an image becomes an input; give some with --calibrate',
    },
    {
      options: ['holdBack'],
      countsWhen: ({ calibrate }) => calibrate !== undefined,
      otherwise: 'would be ignored: there are no images to hold back; give some with --calibrate',
    },
  ]);
  addExamples(command, [
    'quantize model.onnx --calibrate photos/*.jpg -o model-int8.onnx',
    'quantize net.onnx --calibrate *.jpg --budget error=0.02 --json',
    'quantize mobilenet-v2 --no-measure',
  ]);
}
