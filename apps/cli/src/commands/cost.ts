import { basename } from 'node:path';
import { costOf } from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import { networkNames } from '@sepconv/mobilenet';
import { type Command, Option } from 'commander';
import { printable, UsageError } from '../errors.js';
import { readNetworkFile } from '../network-file.js';
import { type BuilderOptions, builtInGraph, meansFile } from '../networks.js';
import { costCsv, costReport } from '../reports/cost.js';
import type { Terminal } from '../terminal.js';
import { addExamples, jsonOption, positiveInteger, positiveNumber, printJson } from './arguments.js';

interface Flags {
  readonly width?: number;
  readonly resolution?: number;
  readonly classes?: number;
  readonly batch?: number;
  readonly shallow?: true;
  readonly standard?: true;
  readonly json?: true;
  readonly csv?: true;
}

/** The flags that are given, as the network's own options. */
function builderOptions({ width, resolution, classes, batch, shallow, standard }: Flags): BuilderOptions {
  const options = { width, resolution, classes, batch, shallow, separable: standard ? false : undefined };
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as BuilderOptions;
}

async function graphOf(target: string, flags: Flags): Promise<{ graph: Graph; title: string }> {
  const options = builderOptions(flags);
  if (!meansFile(target)) {
    const graph = builtInGraph(target, options);
    return { graph, title: graph.name };
  }
  const [option] = Object.keys(options);
  if (option !== undefined) {
    const flag = option === 'separable' ? 'standard' : option;
    throw new UsageError(
      `--${flag} is for the built-in networks ${networkNames.join(', ')}; the file "${target}" is what it is`,
    );
  }
  const { network } = await readNetworkFile(target);
  return { graph: network.graph, title: basename(target) };
}

async function runCost(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  const { graph, title } = await graphOf(target, flags);
  const cost = costOf(graph);
  const [input] = graph.inputs;
  if (flags.json) return printJson(terminal, { input: input?.shape, ...cost });
  if (flags.csv) return terminal.out(costCsv(cost));
  const image = input === undefined ? '' : `, input ${input.shape.join('×')}`;
  terminal.out(`\n${costReport(`${printable(title)}${image}`, cost, terminal)}`);
}

/** `sepconv cost`: what a network costs, layer by layer. */
export function addCostCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('cost')
    .summary('multiply-adds and parameters of a network, layer by layer')
    .description(
      `Multiply-adds, parameters and bytes of a network: per layer, in total, and the share of each layer type. Needs no weights. The network is a model file (.tflite) or one of ${networkNames.join(', ')}.`,
    )
    .argument('<network>', 'name of a network, or a model file')
    .addOption(new Option('--width <factor>', 'width multiplier').argParser(positiveNumber))
    .addOption(
      new Option('--resolution <pixels>', 'height and width of the image').argParser(positiveInteger),
    )
    .addOption(new Option('--classes <count>', 'classes to tell apart').argParser(positiveInteger))
    .addOption(new Option('--batch <count>', 'images at once').argParser(positiveInteger))
    .option('--shallow', 'without the five blocks in the middle (mobilenet-v1)')
    .option('--standard', 'with standard instead of separable convolutions (mobilenet-v1)')
    .addOption(jsonOption().conflicts('csv'))
    .option('--csv', 'print one line per node, comma-separated')
    .action((target: string, flags: Flags) => runCost(target, flags, terminal));
  addExamples(command, [
    'cost mobilenet-v1',
    'cost mobilenet-v2 --width 0.35 --resolution 96 --json',
    'cost mobilenet-v1 --standard --csv > layers.csv',
    'cost model.tflite',
  ]);
}
