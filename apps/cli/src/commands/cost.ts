import {
  type ConventionName,
  conventionNames,
  costOf,
  type Rewritten,
  toSeparable,
  toStandard,
} from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import { isNetworkName, networkEntry } from '@sepconv/mobilenet';
import { SepconvError } from '@sepconv/tensor';
import { type Command, Option } from 'commander';
import { fixedArithmeticOption } from '../arithmetic.js';
import { type AnalysisOptions, analyse, type CostAnalysis } from '../cost-analysis.js';
import { printable, UsageError } from '../errors.js';
import { shapeOption } from '../input-shapes.js';
import { givenOptions, networkList, networkOptions } from '../network-options.js';
import { meansFile } from '../networks.js';
import { compare, comparisonReport } from '../reports/comparison.js';
import { costCsv, costReport } from '../reports/cost.js';
import { htmlReport } from '../reports/html/page.js';
import { costMarkdown } from '../reports/markdown.js';
import { graphOfTarget } from '../target.js';
import type { Terminal } from '../terminal.js';
import { checkReportPath, writeReport } from '../write-report.js';
import { addExamples, jsonOption, positiveInteger, printJson } from './arguments.js';
import { refuseUnused } from './unused-options.js';

interface Flags {
  readonly json?: true;
  readonly csv?: true;
  readonly markdown?: true;
  readonly html?: string;
  readonly convention: ConventionName;
  readonly compare?: string;
  readonly separable?: true;
  readonly standard?: true;
  readonly inPlace?: true;
  readonly patches?: number;
  readonly streamInput?: true;
  /** Options of the networks. */
  readonly [name: string]: unknown;
}

/** Whether `--standard` is for us to do: a network that has a twin of standard convolutions builds it itself. */
function rewritesToStandard(target: string): boolean {
  if (meansFile(target)) return true;
  // A name that does not exist is refused by whoever builds it.
  return isNetworkName(target) && !('separable' in networkEntry(target).options);
}

function rewritten(graph: Graph, rewrite: (graph: Graph) => Rewritten): Rewritten {
  try {
    return rewrite(graph);
  } catch (error) {
    // What was asked for does not fit the network, which both come from the command line.
    if (error instanceof SepconvError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Analyses a target as it is, or as its flags rewrite it. */
async function analyseTarget(target: string, flags: Flags, options: AnalysisOptions): Promise<CostAnalysis> {
  const isRewritten = flags.standard === true && rewritesToStandard(target);
  const { standard: _, ...others } = flags;
  const { graph, title, left } = await graphOfTarget(target, isRewritten ? others : flags, 'cost');
  const to = flags.separable ? ('separable' as const) : isRewritten ? ('standard' as const) : undefined;
  if (to === undefined) return { ...analyse(title, graph, options), left };
  const { graph: changed, replaced } = rewritten(graph, to === 'separable' ? toSeparable : toStandard);
  return { ...analyse(`${title}, ${to}`, changed, options, { to, replaced, before: costOf(graph) }), left };
}

/** The network that A is compared with: B with A's options as far as it has them. */
async function analyseOther(target: string, flags: Flags, options: AnalysisOptions): Promise<CostAnalysis> {
  const common = meansFile(target)
    ? { shape: flags.shape, arithmetic: flags.arithmetic }
    : sharedFlags(target, flags);
  const { graph, title, left } = await graphOfTarget(target, common, 'cost');
  return { ...analyse(title, graph, options), left };
}

/** A's options, as far as B has them; a name that does not exist is refused by whoever builds it. */
function sharedFlags(target: string, flags: Flags): Readonly<Record<string, unknown>> {
  const known = isNetworkName(target) ? networkEntry(target).options : {};
  const { separable: _, ...given } = givenOptions(flags);
  return Object.fromEntries(Object.entries(given).filter(([name]) => name in known));
}

function costJson(a: CostAnalysis, other: CostAnalysis | undefined): object {
  const { graph, cost, counted, memory, rewrite, left = [] } = a;
  return {
    input: graph.inputs[0]?.shape,
    ...cost,
    left,
    convention: counted,
    memory,
    ...(rewrite === undefined ? {} : { rewrite: { ...rewrite, before: rewrite.before.totals } }),
    ...(other === undefined
      ? {}
      : {
          compare: {
            name: other.title,
            totals: other.cost.totals,
            convention: { convention: other.counted.convention, totals: other.counted.totals },
            memory: other.memory,
            numbers: compare(a, other).map(({ format: _, ...number }) => number),
          },
        }),
  };
}

async function runCost(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  if (flags.streamInput && flags.patches === undefined) {
    throw new UsageError('--stream-input says how patches get the image; give --patches with it');
  }
  if (flags.html !== undefined) {
    await checkReportPath(flags.html, [target, flags.compare ?? target].filter(meansFile));
  }
  const options: AnalysisOptions = {
    convention: flags.convention,
    ...(flags.inPlace ? { inPlaceDepthwise: true } : {}),
    ...(flags.patches === undefined ? {} : { patches: flags.patches }),
    ...(flags.streamInput ? { keepInput: false } : {}),
  };
  // The shapes may be meant for the file that a built network is compared with.
  const isForOther = flags.compare !== undefined && meansFile(flags.compare) && !meansFile(target);
  const analysis = await analyseTarget(target, isForOther ? { ...flags, shape: undefined } : flags, options);
  const other = flags.compare === undefined ? undefined : await analyseOther(flags.compare, flags, options);
  if (flags.html !== undefined) {
    await writeReport(
      flags.html,
      htmlReport({ analysis, ...(other === undefined ? {} : { other }) }),
      terminal,
    );
  }
  if (flags.json) return printJson(terminal, costJson(analysis, other));
  if (flags.csv) return terminal.out(costCsv(analysis));
  if (flags.markdown) return terminal.out(costMarkdown(analysis, other));
  const title = `${printable(analysis.title)}, input ${analysis.inputs}`;
  const compared = other === undefined ? '' : comparisonReport(analysis, other, terminal);
  terminal.out(`\n${costReport(title, analysis, terminal)}${compared}`);
}

/** `sepconv cost`: what a network costs, layer by layer. */
export function addCostCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('cost')
    .summary('multiply-adds, parameters and memory of a network, layer by layer')
    .description(
      'Multiply-adds, parameters, bytes and peak memory of a network: per layer, in total, and the share of each layer type. The network is built by name, or read from a model file.',
    )
    .argument('<network>', 'name of a network, or a model file');
  for (const option of networkOptions()) {
    command.addOption(
      option.attributeName() === 'standard'
        ? new Option('--standard', 'with standard instead of separable convolutions')
        : option,
    );
  }
  command
    .addOption(
      new Option('--separable', 'with separable instead of standard convolutions').conflicts('standard'),
    )
    .addOption(
      new Option('--convention <name>', 'count as this source does')
        .choices(conventionNames)
        .default('exact'),
    )
    .addOption(new Option('--compare <network>', 'show another network or model file beside it'))
    .addOption(shapeOption())
    .addOption(fixedArithmeticOption())
    .option('--in-place', 'memory: depthwise convolutions overwrite their input')
    .addOption(
      new Option('--patches <n>', 'memory: run the first stage in n×n patches').argParser(positiveInteger),
    )
    .option('--stream-input', 'memory: the image comes piece by piece, as patches need it')
    .addOption(jsonOption().conflicts(['csv', 'markdown']))
    .addOption(new Option('--csv', 'print one line per node, comma-separated').conflicts('markdown'))
    .option('--markdown', 'print Markdown tables')
    .addOption(new Option('--html <file>', 'write a page with tables and charts, which needs nothing else'))
    .action((target: string, flags: Flags) => runCost(target, flags, terminal))
    .addHelpText('after', `\nNetworks:\n${networkList()}`);
  refuseUnused<Flags>(command, [
    {
      options: ['compare', 'inPlace', 'patches', 'streamInput'],
      countsWhen: ({ csv, html }) => csv === undefined || html !== undefined,
      otherwise: 'would be ignored: --csv prints one line per node of one network, without its memory',
    },
  ]);
  addExamples(command, [
    'cost mobilenet-v1',
    'cost mobilenet-v2 --width 0.35 --resolution 96 --json',
    'cost mobilenet-v1 --convention timm',
    'cost mobilenet-v3-large --compare mobilenet-v2 --html report.html',
    'cost model.tflite --standard',
    'cost model_quant.tflite --arithmetic integer',
    'cost mobilenet-v2 --in-place --patches 4',
  ]);
}
