import type { OnnxForm } from '@sepconv/formats';
import type { Command } from 'commander';
import { fixedArithmeticOption } from '../arithmetic.js';
import { printable } from '../errors.js';
import { shapeOption } from '../input-shapes.js';
import { writtenEndings } from '../model-formats.js';
import { networkList, networkOptions } from '../network-options.js';
import { readWeights } from '../network-weights.js';
import { meansFile } from '../networks.js';
import { formatBytes } from '../reports/numbers.js';
import { networkOfTarget } from '../target.js';
import type { Terminal } from '../terminal.js';
import { checkNetworkPath, formOption, formRule, writeNetwork } from '../write-network.js';
import { addExamples, jsonOption, positiveInteger, printJson } from './arguments.js';
import { refuseUnused } from './unused-options.js';

interface Flags {
  readonly output: string;
  readonly weights?: string;
  readonly seed: number;
  readonly form?: OnnxForm;
  readonly json?: true;
  readonly [name: string]: unknown;
}

async function runExport(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  await checkNetworkPath(flags.output, flags.weights === undefined ? [target] : [target, flags.weights]);
  const { network, title, warnings, metadata } = await networkOfTarget(target, flags, 'export', flags.seed);
  const given = flags.weights === undefined ? undefined : await readWeights(flags.weights, network.graph);
  const exported = { graph: network.graph, weights: given?.weights ?? network.weights };
  const written = await writeNetwork(flags.output, exported, metadata, flags.form);
  const notes = [...warnings, ...(given?.notes ?? [])];
  if (flags.json) return printJson(terminal, { network: title, ...written, notes });
  for (const note of notes) terminal.err(`Note: ${printable(note)}\n`);
  terminal.out(`wrote ${printable(written.file)}, ${formatBytes(written.bytes)}\n`);
}

/** `sepconv export`: a network in another format. */
export function addExportCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('export')
    .summary('write a network in another format')
    .description(
      'Writes a model file, or a network built by name, as TFLite or ONNX, or its weights as safetensors. Quantized networks are written as the float32 that they stand for, or by --arithmetic integer with their integers, as TFLite or as ONNX in one of two forms, which give the same bytes in their runtimes as here. The file is complete or not there; one of that name is replaced.',
    )
    .argument('<network>', 'name of a network (seeded weights), or a model file')
    .requiredOption('-o, --output <file>', `where to write: ${writtenEndings}`)
    .option('--weights <file>', "weights of the network, a .safetensors file with its names or torchvision's")
    .option('--seed <n>', 'seed of the weights of a network built by name', positiveInteger, 1);
  for (const option of networkOptions()) command.addOption(option);
  command
    .addOption(shapeOption())
    .addOption(fixedArithmeticOption())
    .addOption(formOption())
    .addOption(jsonOption())
    .action((target: string, flags: Flags) => runExport(target, flags, terminal))
    .addHelpText('after', `\nNetworks:\n${networkList()}`);
  refuseUnused<Flags>(command, [
    formRule,
    {
      options: ['seed'],
      countsWhen: ({ weights }, [target = '']) => weights === undefined && !meansFile(target),
      otherwise: 'would be ignored: weights are made from a seed only for a network that is built by name',
    },
  ]);
  addExamples(command, [
    'export model.tflite -o model.onnx',
    'export model.onnx -o model.tflite',
    'export model_quant.tflite -o model_quant.onnx --arithmetic integer --form qlinear',
    'export mobilenet-v2 --width 0.5 -o v2.safetensors',
    'export mobilenet-v2 --weights trained.safetensors -o trained.onnx',
  ]);
}
