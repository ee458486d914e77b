import { basename } from 'node:path';
import { costOf } from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import { formatShape } from '@sepconv/tensor';
import type { Command } from 'commander';
import { printable, UsageError } from '../errors.js';
import { readNetworkFile } from '../network-file.js';
import { givenOptions, networkList, networkOptions } from '../network-options.js';
import { builtInGraph, meansFile } from '../networks.js';
import { costCsv, costReport } from '../reports/cost.js';
import type { Terminal } from '../terminal.js';
import { addExamples, jsonOption, printJson } from './arguments.js';

interface Flags {
  readonly json?: true;
  readonly csv?: true;
  /** Options of the networks. */
  readonly [name: string]: unknown;
}

async function graphOf(target: string, flags: Flags): Promise<{ graph: Graph; title: string }> {
  const options = givenOptions(flags);
  if (!meansFile(target)) {
    const graph = builtInGraph(target, options);
    return { graph, title: graph.name };
  }
  const [option] = Object.keys(options);
  if (option !== undefined) {
    const flag = option === 'separable' ? 'standard' : option;
    throw new UsageError(
      `--${flag} is for the built-in networks, see sepconv cost --help; the file "${target}" is what it is`,
    );
  }
  const { network } = await readNetworkFile(target);
  return { graph: network.graph, title: basename(target) };
}

async function runCost(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  const { graph, title } = await graphOf(target, flags);
  const cost = costOf(graph);
  if (flags.json) return printJson(terminal, { input: graph.inputs[0]?.shape, ...cost });
  if (flags.csv) return terminal.out(costCsv(cost));
  const inputs = graph.inputs.map(({ shape }) => formatShape(shape)).join(' and ');
  terminal.out(`\n${costReport(`${printable(title)}, input ${inputs}`, cost, terminal)}`);
}

/** `sepconv cost`: what a network costs, layer by layer. */
export function addCostCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('cost')
    .summary('multiply-adds and parameters of a network, layer by layer')
    .description(
      'Multiply-adds, parameters and bytes of a network: per layer, in total, and the share of each layer type. The network is built by name, or read from a model file (.tflite).',
    )
    .argument('<network>', 'name of a network, or a model file');
  for (const option of networkOptions()) command.addOption(option);
  command
    .addOption(jsonOption().conflicts('csv'))
    .option('--csv', 'print one line per node, comma-separated')
    .action((target: string, flags: Flags) => runCost(target, flags, terminal))
    .addHelpText('after', `\nNetworks:\n${networkList()}`);
  addExamples(command, [
    'cost mobilenet-v1',
    'cost mobilenet-v2 --width 0.35 --resolution 96 --json',
    'cost mobilenet-v1 --standard --csv > layers.csv',
    'cost model.tflite',
  ]);
}
