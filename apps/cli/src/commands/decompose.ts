import { type DecomposeOptions, decomposeNetwork, orders, type RankRule } from '@sepconv/decompose';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { calibrationImages } from '../calibration-images.js';
import { compiledNetwork, measuredGraphs } from '../decompose-engine.js';
import { printable, UsageError, withContext } from '../errors.js';
import { metadataWithFlags } from '../image-metadata.js';
import { shapeOption } from '../input-shapes.js';
import { writtenEndings } from '../model-formats.js';
import { networkList, networkOptions } from '../network-options.js';
import { meansFile } from '../networks.js';
import { type Progress, withProgress } from '../progress.js';
import { type DecomposeReport, decomposeJson, decomposeReport } from '../reports/decompose.js';
import type { InputFlags } from '../run-input.js';
import { networkOfTarget } from '../target.js';
import type { Terminal } from '../terminal.js';
import { checkNetworkPath, writeNetwork } from '../write-network.js';
import {
  addExamples,
  type EngineChoice,
  engineOption,
  jsonOption,
  positiveInteger,
  positiveNumber,
  printJson,
} from './arguments.js';
import { imageOptions } from './image-options.js';
import { imageOptionNames, refuseUnused } from './unused-options.js';

type BudgetOf<Rule> = Rule extends { readonly budget: infer Value } ? Value : never;
type Budget = NonNullable<BudgetOf<RankRule>>;

interface Flags extends InputFlags {
  readonly rank?: number;
  readonly energy?: number;
  readonly budget?: Budget;
  readonly order: 'depthwise-pointwise' | 'pointwise-depthwise';
  readonly calibrate?: readonly string[];
  readonly sequential?: true;
  readonly force?: true;
  readonly output?: string;
  readonly measure: boolean;
  readonly engine: EngineChoice;
  readonly seed: number;
  readonly json?: true;
  /** Options of the networks. */
  readonly [name: string]: unknown;
}

/** `macs=0.3x`, `ms=12` or `error=0.1`. */
function budgetOf(text: string): Budget {
  const [, kind, number = ''] = /^(macs|ms|error)=(.+?)x?$/.exec(text) ?? [];
  const value = Number(number);
  const isFactor = text.endsWith('x');
  if (kind === undefined || !Number.isFinite(value) || value <= 0 || (isFactor && kind !== 'macs')) {
    throw new InvalidArgumentError('It must be macs=0.3x, ms=12 or error=0.1.');
  }
  if (kind === 'macs') {
    if (value > 1) throw new InvalidArgumentError("MACs are in parts of the network's, at most macs=1x.");
    return { macs: value };
  }
  return kind === 'ms' ? { milliseconds: value } : { error: value };
}

function share(text: string): number {
  const value = positiveNumber(text);
  if (value > 1) throw new InvalidArgumentError('It must be a number above 0 and at most 1.');
  return value;
}

/** The one rule that was given. */
function ruleOf({ rank, energy, budget, measure }: Flags): RankRule {
  if (budget !== undefined) {
    if ('milliseconds' in budget && !measure) {
      throw new UsageError('a budget of milliseconds has to be measured: leave --no-measure out');
    }
    return { budget };
  }
  if (energy !== undefined) return { energy };
  if (rank !== undefined) return { rank };
  throw new UsageError('give --rank, --energy or --budget: how much of each layer is kept');
}

async function collect(target: string, flags: Flags, progress: Progress): Promise<DecomposeReport> {
  const rule = ruleOf(flags);
  if (flags.sequential && flags.calibrate === undefined) {
    throw new UsageError('--sequential fits layers on images: give some with --calibrate');
  }
  if (flags.output !== undefined) {
    await checkNetworkPath(flags.output, [target, ...(flags.calibrate ?? [])]);
  }
  progress.say(`Reading ${printable(target)}`);
  const read = await networkOfTarget(target, flags, 'decompose', flags.seed);
  const calibration = await calibrationImages(read, flags, progress);
  const options: DecomposeOptions = {
    ...rule,
    order: flags.order,
    force: flags.force === true,
    sequential: flags.sequential === true,
    seed: flags.seed,
    prepare: compiledNetwork(flags.engine),
    onLayer: (name, index, count) => progress.say(`Layer ${index + 1} of ${count}, ${printable(name)}`),
    ...(calibration !== undefined && { calibration }),
    ...(flags.measure && { measure: measuredGraphs(flags.engine) }),
  };
  progress.say('Running the network');
  const { network, report } = await withContext(`"${printable(target)}" cannot be decomposed`, () =>
    decomposeNetwork(read.network, options),
  );
  const written =
    flags.output === undefined
      ? undefined
      : await writeNetwork(flags.output, network, metadataWithFlags(read, flags));
  return {
    title: read.title,
    order: flags.order,
    hasSeededWeights: !meansFile(target),
    report,
    ...(written !== undefined && { written }),
  };
}

async function runDecompose(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  const report = await withProgress(terminal, (progress) => collect(target, flags, progress));
  if (flags.json) printJson(terminal, decomposeJson(report));
  else terminal.out(`\n${decomposeReport(report, terminal)}`);
}

/** `sepconv decompose`: standard convolutions become separable ones, and what that costs and saves. */
export function addDecomposeCommand(program: Command, terminal: Terminal): void {
  const rules = ['rank', 'energy', 'budget'];
  const rule = (flags: string, description: string, parse: (text: string) => unknown) => {
    const option = new Option(flags, description).argParser(parse);
    return option.conflicts(rules.filter((name) => name !== option.attributeName()));
  };
  const command = program
    .command('decompose')
    .summary('make standard convolutions depthwise separable')
    .description(
      'Replaces standard and grouped convolutions by depthwise separable ones of a rank T: the best approximation of each layer, by singular value decomposition. Says for every layer what is kept, what is lost and what it saves. A layer that would get costlier or slower stays, unless forced.',
    )
    .argument('<network>', 'name of a network (seeded weights), or a model file')
    .addOption(rule('--rank <T>', 'the same rank for every layer', positiveInteger))
    .addOption(rule('--energy <share>', 'the smallest ranks that keep this share, such as 0.95', share))
    .addOption(
      rule('--budget <limit>', 'best ranks for the network within macs=0.3x, ms=12 or error=0.1', budgetOf),
    )
    .addOption(new Option('--order <steps>', 'which step comes first').choices(orders).default(orders[0]))
    .option('--calibrate <image...>', 'keep the outputs for these images, not the weights')
    .option(
      '--sequential',
      'with --calibrate: one layer after another, each makes good what those before it lost',
    )
    .option('--force', 'replace layers that get costlier or slower, too')
    .option('-o, --output <file>', `where to write the network: ${writtenEndings}`)
    .option('--no-measure', 'do not measure times')
    .option('--seed <n>', 'seed of random weights and inputs', positiveInteger, 1);
  for (const option of [...imageOptions(), engineOption(), shapeOption(), jsonOption(), ...networkOptions()])
    command.addOption(option);
  command
    .action((target: string, flags: Flags) => runDecompose(target, flags, terminal))
    .addHelpText('after', `\nNetworks:\n${networkList()}`);
  refuseUnused<Flags>(command, [
    {
      options: imageOptionNames,
      countsWhen: ({ calibrate }) => calibrate !== undefined,
      otherwise: 'would be ignored: it says how an image becomes an input; give some with --calibrate',
    },
  ]);
  addExamples(command, [
    'decompose model.onnx --energy 0.95 -o separable.onnx',
    'decompose net.onnx --budget macs=0.3x --calibrate *.jpg -o new.onnx',
    'decompose mobilenet-v1 --standard --rank 1 --json',
  ]);
}
