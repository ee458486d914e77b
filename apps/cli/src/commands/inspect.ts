import type { InputShapes } from '@sepconv/formats';
import type { Command } from 'commander';
import { shapeOption } from '../input-shapes.js';
import { inspectedEndings } from '../model-formats.js';
import { inspectNetworkFile } from '../network-file.js';
import { inspectJson, inspectReport } from '../reports/inspect.js';
import type { Terminal } from '../terminal.js';
import { addExamples, jsonOption, printJson } from './arguments.js';
import { refuseUnused } from './unused-options.js';

interface Flags {
  readonly json?: true;
  readonly shape?: InputShapes;
}

async function runInspect(file: string, flags: Flags, terminal: Terminal): Promise<void> {
  const inspected = await inspectNetworkFile(file, { shapes: flags.shape });
  if (flags.json) printJson(terminal, inspectJson(inspected));
  else terminal.out(`\n${inspectReport(inspected, terminal)}`);
}

/** `sepconv inspect`: what a model file holds, and what of it cannot be read. */
export function addInspectCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('inspect')
    .summary('say what a model file holds')
    .description(
      'Says what a model file holds: format, inputs, outputs, ops, parameters, and what of it cannot be read and why. Works on files that the other commands refuse, as long as their structure is whole.',
    )
    .argument('<file>', `model file (${inspectedEndings})`)
    .addOption(shapeOption())
    .addOption(jsonOption())
    .action((file: string, flags: Flags) => runInspect(file, flags, terminal));
  refuseUnused<Flags>(command, [
    {
      options: ['shape'],
      countsWhen: (_, [file = '']) => !file.toLowerCase().endsWith('.safetensors'),
      otherwise: 'would be ignored: a file of weights has no inputs',
    },
  ]);
  addExamples(command, ['inspect model.tflite', 'inspect weights.safetensors --json']);
}
