import { costOf } from '@sepconv/cost-model';
import { formatShape } from '@sepconv/tensor';
import type { Command } from 'commander';
import { printable } from '../errors.js';
import { networkList, networkOptions } from '../network-options.js';
import { costCsv, costReport } from '../reports/cost.js';
import { graphOfTarget } from '../target.js';
import type { Terminal } from '../terminal.js';
import { addExamples, jsonOption, printJson } from './arguments.js';

interface Flags {
  readonly json?: true;
  readonly csv?: true;
  /** Options of the networks. */
  readonly [name: string]: unknown;
}

async function runCost(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  const { graph, title } = await graphOfTarget(target, flags, 'cost');
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
