import type { GraphInput } from '@sepconv/graph';
import { createRandom, type Random, randomTensor, storedRange, type Tensor, zeros } from '@sepconv/tensor';
import { asStored } from '@sepconv/vision';
import { type Command, Option } from 'commander';
import { arithmeticOption } from '../arithmetic.js';
import { DataError, printable, withContext } from '../errors.js';
import { shapeOption } from '../input-shapes.js';
import { networkList, networkOptions } from '../network-options.js';
import { readWeights } from '../network-weights.js';
import { meansFile } from '../networks.js';
import { type Progress, withProgress } from '../progress.js';
import { type VerifyReport, verifyJson, verifyReport } from '../reports/verify.js';
import { checkFlags, type InputFlags, imageInput, preprocessingFor, readInput } from '../run-input.js';
import { networkOfTarget, type TargetNetwork } from '../target.js';
import type { Terminal } from '../terminal.js';
import {
  addExamples,
  type EngineChoice,
  engineOption,
  jsonOption,
  positiveInteger,
  printJson,
  type ThreadsChoice,
  threadsOption,
} from './arguments.js';
import { imageOptions } from './image-options.js';
import { imageOptionNames, refuseUnused } from './unused-options.js';

interface Flags extends InputFlags {
  readonly input?: string;
  readonly weights?: string;
  readonly engine: EngineChoice;
  readonly threads: ThreadsChoice;
  readonly seed: number;
  readonly all?: true;
  readonly json?: true;
  readonly [name: string]: unknown;
}

/** Numbers between −1 and 1 for an input of real numbers; for one of integers all that its type can store. */
function numbersFor({ shape, dtype }: GraphInput, random: Random): Tensor {
  if (dtype !== 'int8' && dtype !== 'uint8' && dtype !== 'int32') return randomTensor(shape, random);
  // Sums of 32 bits may be added up: a part of the type is enough.
  const { min, max } = dtype === 'int32' ? { min: -(2 ** 20), max: 2 ** 20 } : storedRange(dtype);
  const tensor = zeros(dtype, shape);
  tensor.data.forEach((_, i) => {
    tensor.data[i] = min + random.integer(max - min + 1);
  });
  return tensor;
}

/** The image that was given, or numbers from the seed. */
async function inputsOf(
  { network, inputs, metadata = {} }: TargetNetwork,
  flags: Flags,
): Promise<ReadonlyMap<string, Tensor>> {
  if (flags.input === undefined) {
    const random = createRandom(flags.seed);
    return new Map(network.graph.inputs.map((input) => [input.name, numbersFor(input, random)]));
  }
  const input = imageInput({ network, inputs }, '--input');
  checkFlags(flags, input);
  const tensor = await readInput(flags.input, input, preprocessingFor(flags, input, metadata));
  const taken = network.graph.inputs.find(({ name }) => name === input.name);
  return new Map([[input.name, taken === undefined ? tensor : asStored(tensor, taken)]]);
}

async function collect(target: string, flags: Flags, progress: Progress): Promise<VerifyReport> {
  progress.say(`Reading ${printable(target)}`);
  const read = await networkOfTarget(target, flags, 'verify', flags.seed);
  const { graph } = read.network;
  const given = flags.weights === undefined ? undefined : await readWeights(flags.weights, graph);
  const inputs = await inputsOf(read, flags);
  // Loaded here, because what bounds errors is large and only this command needs it.
  const { checkLayers } = await import('../verify/check-layers.js');
  const { observable, observeEngine } = await import('../verify/observe-engine.js');
  const network = observable({ graph, weights: given?.weights ?? read.network.weights });
  progress.say('Running the engine');
  return withContext(`"${printable(target)}" cannot be verified`, async () => {
    const observed = await observeEngine(network, inputs, flags);
    let ran = 0;
    const layers = await checkLayers(network, inputs, observed.layers, observed.values, (op) => {
      ran++;
      progress.say(`Running the reference, step ${ran}, ${op}`);
    });
    return {
      title: read.title,
      engine: { name: observed.engine.name, reason: observed.engine.reason },
      ...(read.arithmetic && { arithmetic: read.arithmetic }),
      input: flags.input === undefined ? { seed: flags.seed } : { image: flags.input },
      layers,
      changedByFusion: observed.changedByFusion,
      warnings: [...read.warnings, ...(given?.notes ?? [])],
    };
  });
}

async function runVerify(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  const report = await withProgress(terminal, (progress) => collect(target, flags, progress));
  if (flags.json) printJson(terminal, verifyJson(report));
  else terminal.out(`\n${verifyReport(report, terminal, flags.all === true)}`);
  const wrong = report.layers.filter(({ outOfBounds }) => outOfBounds > 0);
  const [first] = wrong;
  if (first !== undefined) {
    throw new DataError(
      `${wrong.length} of ${report.layers.length} layers are outside their bounds, the first "${printable(first.value)}": an error of ${first.error} where ${first.bound} is allowed; this is a bug of the engine ${report.engine.name}`,
    );
  }
  const [changed] = report.changedByFusion;
  if (changed !== undefined) {
    throw new DataError(
      `the output "${printable(changed)}" has other bits when convolutions share strips or threads share layers; this is a bug of the engine ${report.engine.name}`,
    );
  }
}

/** `sepconv verify`: each layer in the engine beside the reference. */
export function addVerifyCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('verify')
    .summary('check every layer of a network against the reference')
    .description(
      'Runs each layer in the engine and in the reference (plain loops in float64) on the same numbers, and prints how far they are apart beside the bound that float32 arithmetic allows there: computed from the numbers, not chosen. Integers must be equal. Ends with exit code 1 when a layer is outside its bound.',
    )
    .argument('<network>', 'name of a network (seeded weights), or a model file')
    .option('--input <image>', 'an image file to run on (default: numbers from the seed)')
    .option('--weights <file>', 'weights of the network, a .safetensors file with its names')
    .option('--seed <n>', 'seed of the input, and of the weights of a built network', positiveInteger, 1)
    .addOption(new Option('--all', 'list every layer in the order of the network'))
    .addOption(engineOption())
    .addOption(arithmeticOption())
    .addOption(threadsOption())
    .addOption(shapeOption());
  for (const option of [...imageOptions(), ...networkOptions()]) command.addOption(option);
  command
    .addOption(jsonOption())
    .action((target: string, flags: Flags) => runVerify(target, flags, terminal))
    .addHelpText('after', `\nNetworks:\n${networkList()}`);
  refuseUnused<Flags>(command, [
    {
      options: imageOptionNames,
      countsWhen: ({ input }) => input !== undefined,
      otherwise: 'would be ignored: it says how an image becomes an input; give one with --input',
    },
    {
      options: ['seed'],
      countsWhen: ({ input, weights }, [target = '']) =>
        input === undefined || (weights === undefined && !meansFile(target)),
      otherwise: 'would be ignored: both the input and the weights are given',
    },
  ]);
  addExamples(command, [
    'verify model.tflite --input photo.jpg',
    'verify model_quant.tflite --arithmetic integer',
    'verify mobilenet-v2 --width 0.5 --resolution 96 --all',
  ]);
}
