import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Network } from '@sepconv/graph';
import {
  type Checkpoint,
  continueTraining,
  type Dataset,
  startTraining,
  type TrainingData,
} from '@sepconv/train';
import { type Command, Option } from 'commander';
import { DataError, printable, UsageError, withContext } from '../errors.js';
import { shapeOption } from '../input-shapes.js';
import { networkList, networkOptions } from '../network-options.js';
import { meansFile } from '../networks.js';
import { createProgress, type Progress } from '../progress.js';
import {
  epochRow,
  epochTitles,
  stepLine,
  type TrainReport,
  trainJson,
  trainReport,
} from '../reports/train.js';
import { interruptSignal } from '../signals.js';
import { networkOfTarget } from '../target.js';
import type { Terminal } from '../terminal.js';
import { countClasses, digitsName, readDigits, readFolder, splitForTraining } from '../train/data.js';
import { settingOptions, settingsOf, share, type TrainFlags } from '../train/flags.js';
import { digitNetworks, imageShapeOf, networkToTrain } from '../train/network.js';
import {
  expectFresh,
  type MetricsLine,
  openRunFolder,
  type RunFolder,
  readCheckpoint,
} from '../train/run-folder.js';
import { addExamples, engineOption, jsonOption, printJson, threadsOption } from './arguments.js';
import { imageOptions } from './image-options.js';
import { refuseUnused } from './unused-options.js';

const defaultFolder = 'sepconv-training';

/** Pixels as −1…1, which networks that are built here are used to. */
const usualNormalization = { mean: 127.5, standardDeviation: 127.5 };

/** Network and data of a training that starts. */
async function begin(
  source: string,
  flags: TrainFlags,
  progress: Progress,
): Promise<{ start: Checkpoint; data: TrainingData }> {
  const isDigits = source === digitsName;
  const digits = isDigits ? readDigits() : undefined;
  const classes = digits?.classes.length ?? (await countClasses(source));
  const network = await networkToTrain(flags.net, classes, isDigits, flags);
  const given = flags.mean !== undefined && flags.std !== undefined;
  if ((flags.mean === undefined) !== (flags.std === undefined)) {
    throw new UsageError('--mean and --std belong together: a byte becomes (byte − mean) / std');
  }
  const normalization = given
    ? { mean: flags.mean as number, standardDeviation: flags.std as number }
    : (network.normalization ?? usualNormalization);
  const dataset =
    digits ??
    (await readFolder(
      source,
      { shape: imageShapeOf(network.graph), normalization, crop: flags.crop },
      progress,
    ));
  const data = splitForTraining(dataset, flags.validation);
  const start = await withContext(`"${printable(source)}"`, () =>
    startTraining(network, data, settingsOf(flags, isDigits)),
  );
  return { start, data };
}

/** The same for one that goes on: the checkpoint says everything but where the images are. */
async function goOn(
  path: string,
  source: string,
  flags: TrainFlags,
  progress: Progress,
): Promise<{ start: Checkpoint; data: TrainingData }> {
  const start = await readCheckpoint(path);
  const { shape, normalization, classes } = start.data;
  if (start.teacher !== undefined && flags.teacher === undefined) {
    throw new UsageError(
      `the checkpoint "${printable(path)}" was made with a teacher: give the same model again with --teacher`,
    );
  }
  const isDigits = source === digitsName;
  if (flags.net !== undefined) {
    const { graph } = await networkToTrain(flags.net, classes.length, isDigits, flags);
    if (!isDeepStrictEqual(graph, start.graph)) {
      throw new UsageError(
        `the checkpoint "${printable(path)}" is of the network "${printable(start.graph.name)}", not of "${printable(flags.net)}": leave --net out, or start anew without --resume`,
      );
    }
  }
  const dataset: Dataset = isDigits
    ? readDigits()
    : await readFolder(
        source,
        { shape: shape as [number, number, number], normalization, crop: flags.crop },
        progress,
      );
  return { start, data: splitForTraining(dataset, flags.validation) };
}

/** Runs a training and reports while it goes. */
async function follow(
  start: Checkpoint,
  data: TrainingData,
  folder: RunFolder,
  flags: TrainFlags,
  terminal: Terminal,
  progress: Progress,
  teacher: Network | undefined,
): Promise<TrainReport> {
  const epochs: MetricsLine[] = [];
  const { signal, dispose } = interruptSignal();
  const { batchSize } = start.settings;
  let began = performance.now();
  let steps = 0;
  let pending: MetricsLine | undefined;
  const rate = (): number => (steps * batchSize * 1000) / Math.max(1, performance.now() - began);
  try {
    const { status, network, checkpoint } = await continueTraining(start, data, {
      engine: flags.engine,
      threads: flags.threads,
      allowProcessFlags: true,
      signal,
      ...(teacher !== undefined && { teacher }),
      onStep: (report) => {
        steps++;
        if (steps % 10 !== 0) return;
        const left = (report.epochs - report.epoch + 1) * report.stepsPerEpoch - report.step;
        progress.say(stepLine(report, rate(), (left * batchSize) / rate()));
      },
      onEpoch: (metrics) => {
        const seconds = (performance.now() - began) / 1000;
        pending = { ...metrics, seconds, imagesPerSecond: rate() };
        epochs.push(pending);
        progress.done();
        if (flags.json) return;
        terminal.out(`${epochs.length === 1 ? `\n${epochTitles()}` : ''}${epochRow(pending)}`);
      },
      onCheckpoint: async (present) => {
        await (pending === undefined ? folder.saveCheckpoint(present) : folder.saveEpoch(pending, present));
        pending = undefined;
        began = performance.now();
        steps = 0;
      },
    });
    return {
      network: start.graph.name,
      status,
      engine: checkpoint.engine ?? 'none',
      checkpoint: folder.checkpointPath,
      epochs,
      best: checkpoint.best && { epoch: checkpoint.best.epoch, accuracy: checkpoint.best.accuracy },
      written: status === 'interrupted' ? undefined : await folder.saveNetwork(network),
    };
  } finally {
    dispose();
  }
}

async function runTrain(source: string, flags: TrainFlags, terminal: Terminal): Promise<void> {
  const progress = createProgress(terminal);
  try {
    const output = flags.output ?? (flags.resume === undefined ? defaultFolder : dirname(flags.resume));
    if (flags.resume === undefined) expectFresh(output);
    progress.say('Reading the images');
    const { start, data } =
      flags.resume === undefined
        ? await begin(source, flags, progress)
        : await goOn(flags.resume, source, flags, progress);
    const teacher =
      flags.teacher === undefined
        ? undefined
        : (await networkOfTarget(flags.teacher, { shape: flags.shape }, 'train', 1)).network;
    const folder = await openRunFolder(output, start.position.epoch);
    const report = await follow(start, data, folder, flags, terminal, progress, teacher);
    progress.done();
    if (flags.json) printJson(terminal, trainJson(report));
    else terminal.out(trainReport(report, terminal));
    // Not a success: a script that goes on with the network must not.
    if (report.status === 'interrupted') {
      throw new DataError(`interrupted; go on with --resume "${printable(report.checkpoint)}"`);
    }
  } finally {
    progress.done();
  }
}

/** `sepconv train`: weights from images. */
export function addTrainCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('train')
    .summary('train a network on digits or on a folder of images')
    .description(
      'Trains a network, or a model file further. Writes into a folder: checkpoint.safetensors after every epoch and on Ctrl-C, metrics.jsonl with a line for each epoch, and network.onnx at the end. --resume goes on bit for bit.',
    )
    .argument('<data>', 'a folder with a subfolder of images for each class, or "digits"')
    .option('--net <network>', 'name of a network, or a model file to train further')
    .option('--resume <checkpoint>', 'go on where a checkpoint was made')
    .option('-o, --output <folder>', `where to write (default: ${defaultFolder}, or the checkpoint's folder)`)
    .option('--teacher <file>', 'a model file to learn from besides the labels')
    .addOption(
      new Option('--validation <share>', "how much of each class's list validates, its last images")
        .argParser(share)
        .default(0.2),
    );
  const own = new Set(['size', 'batch', 'classes']);
  const others = [
    ...settingOptions(),
    ...imageOptions(),
    engineOption(),
    threadsOption(),
    shapeOption(),
    jsonOption(),
    ...networkOptions(),
  ];
  for (const option of others) if (!own.has(option.attributeName())) command.addOption(option);
  command
    .action((source: string, flags: TrainFlags) => runTrain(source, flags, terminal))
    .addHelpText(
      'after',
      `\nNetworks:\n  ${digitNetworks.join(', ')}: for the digits, and their standard twin\n${networkList()}`,
    );
  refuseUnused<TrainFlags>(command, [
    {
      options: settingOptions().map((option) => option.attributeName()),
      countsWhen: ({ resume }) => resume === undefined,
      otherwise:
        'cannot be given with --resume: a checkpoint goes on with the settings that it was made with',
    },
    {
      options: ['mean', 'std'],
      countsWhen: ({ resume }, [source]) => resume === undefined && source !== digitsName,
      otherwise: 'would be ignored: a checkpoint has its own mean and std, and so have the digits',
    },
    {
      options: ['crop'],
      countsWhen: (_, [source]) => source !== digitsName,
      otherwise: 'would be ignored: the digits have the size that they need',
    },
    {
      options: networkOptions().map((option) => option.attributeName()),
      countsWhen: ({ resume, net }) => resume === undefined || net !== undefined,
      otherwise:
        'would be ignored: a checkpoint has its own network; leave it out, or give --net as well to have it compared',
    },
    {
      options: ['shape'],
      countsWhen: ({ net, teacher }) => [net, teacher].some((name) => name !== undefined && meansFile(name)),
      otherwise: 'would be ignored: it is for a model file, given with --net or --teacher',
    },
  ]);
  addExamples(command, [
    'train digits -o digits',
    'train photos --net mobilenet-v2 --width 0.35 --resolution 96 --patience 5',
    'train photos --resume sepconv-training/checkpoint.safetensors',
  ]);
}
