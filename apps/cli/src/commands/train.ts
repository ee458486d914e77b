import { dirname } from 'node:path';
import type { Network } from '@sepconv/graph';
import { quantizeNetwork } from '@sepconv/quantize';
import { type Checkpoint, continueTraining, learntRanges } from '@sepconv/train';
import { type Command, Option } from 'commander';
import { DataError, printable } from '../errors.js';
import { shapeOption } from '../input-shapes.js';
import { networkList, networkOptions } from '../network-options.js';
import { meansFile } from '../networks.js';
import { createProgress, type Progress } from '../progress.js';
import {
  epochRow,
  epochTitles,
  notesReport,
  stepLine,
  type TrainReport,
  trainJson,
  trainReport,
} from '../reports/train.js';
import { interruptSignal } from '../signals.js';
import { networkOfTarget } from '../target.js';
import type { Terminal } from '../terminal.js';
import { digitsName } from '../train/data.js';
import { settingOptions, share, type TrainFlags, unfrozen } from '../train/flags.js';
import { beginTraining, resumeTraining, type TrainJob } from '../train/job.js';
import { confusionOf } from '../train/mistakes.js';
import { digitNetworks } from '../train/network.js';
import { expectFresh, type MetricsLine, openRunFolder, type RunFolder } from '../train/run-folder.js';
import type { WrittenFile } from '../write-network.js';
import { addExamples, engineOption, jsonOption, printJson, threadsOption } from './arguments.js';
import { imageOptions } from './image-options.js';
import { refuseUnused } from './unused-options.js';

const defaultFolder = 'sepconv-training';

/** Runs a training and reports while it goes. */
async function follow(
  job: TrainJob,
  folder: RunFolder,
  flags: TrainFlags,
  terminal: Terminal,
  progress: Progress,
  teacher: Network | undefined,
): Promise<TrainReport> {
  const epochs: MetricsLine[] = [];
  const { signal, dispose } = interruptSignal();
  const { start, data } = job;
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
    const whole = job.whole(network);
    const isOver = status !== 'interrupted';
    if (isOver && job.validation !== undefined) progress.say('Looking at the images that were held back');
    const confusion =
      isOver && job.validation !== undefined ? await confusionOf(whole, job.validation, flags) : undefined;
    return {
      network: whole.graph.name,
      notes: job.notes,
      confusion,
      status,
      engine: checkpoint.engine ?? 'none',
      checkpoint: folder.checkpointPath,
      epochs,
      best: checkpoint.best && { epoch: checkpoint.best.epoch, accuracy: checkpoint.best.accuracy },
      written: isOver ? await folder.saveNetwork(whole, job.metadata) : undefined,
      integers: isOver ? await saveIntegers(job, whole, checkpoint, folder, flags, progress) : undefined,
    };
  } finally {
    dispose();
  }
}

/** The integers that a training for them has seen; of a head alone there are none, since the rest of the network was not looked at. */
async function saveIntegers(
  job: TrainJob,
  whole: Network,
  checkpoint: Checkpoint,
  folder: RunFolder,
  { engine }: TrainFlags,
  progress: Progress,
): Promise<WrittenFile | undefined> {
  const { quantize } = checkpoint.settings;
  const isWhole = whole.graph.inputs[0]?.name === checkpoint.graph.inputs[0]?.name;
  if (quantize === undefined || checkpoint.ranges === undefined || !isWhole) return undefined;
  progress.say('Making integers of it');
  const { network } = await quantizeNetwork(whole, {
    ranges: learntRanges(checkpoint),
    weights: quantize.weights,
    engine,
    allowProcessFlags: true,
  });
  return folder.saveIntegers(network, job.metadata);
}

async function runTrain(source: string, flags: TrainFlags, terminal: Terminal): Promise<void> {
  const progress = createProgress(terminal);
  try {
    const output = flags.output ?? (flags.resume === undefined ? defaultFolder : dirname(flags.resume));
    if (flags.resume === undefined) expectFresh(output);
    progress.say('Reading the images');
    const job =
      flags.resume === undefined
        ? await beginTraining(source, flags, progress)
        : await resumeTraining(flags.resume, source, flags, progress);
    progress.done();
    if (!flags.json) terminal.out(notesReport(job.notes, terminal));
    const teacher =
      flags.teacher === undefined
        ? undefined
        : (await networkOfTarget(flags.teacher, { shape: flags.shape }, 'train', 1)).network;
    const folder = await openRunFolder(output, job.start.position.epoch);
    const report = await follow(job, folder, flags, terminal, progress, teacher);
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

/** Options that would be ignored, and why. */
const unusedOptions: Parameters<typeof refuseUnused<TrainFlags>>[1] = [
  {
    options: settingOptions().map((option) => option.attributeName()),
    countsWhen: ({ resume }) => resume === undefined,
    otherwise: 'cannot be given with --resume: a checkpoint goes on with the settings that it was made with',
  },
  {
    options: ['mean', 'std'],
    countsWhen: ({ resume, net }, [source]) =>
      (resume === undefined || net !== undefined) && source !== digitsName,
    otherwise: 'would be ignored: a checkpoint has its own mean and std, and so have the digits',
  },
  {
    options: ['crop', 'resize'],
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
    options: ['unfreeze'],
    countsWhen: ({ net }) => net !== undefined && meansFile(net),
    otherwise: 'would be ignored: a network that is built has nothing frozen; give a model file with --net',
  },
  {
    options: ['shape'],
    countsWhen: ({ net, teacher }) => [net, teacher].some((name) => name !== undefined && meansFile(name)),
    otherwise: 'would be ignored: it is for a model file, given with --net or --teacher',
  },
];

/** `sepconv train`: weights from images. */
export function addTrainCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('train')
    .summary('train a network on digits or on a folder of images')
    .description(
      'Trains a network, or a model file further. A file with other classes than the folder gets a new head, and the rest of it is frozen: a few photos of each class are enough, and it takes seconds. Writes into a folder: checkpoint.safetensors after every epoch and on Ctrl-C, metrics.jsonl with a line for each epoch, and network.onnx at the end, with the names of the classes; with --quantize also network-int8.onnx, the integers that training has seen. --resume goes on bit for bit.',
    )
    .argument('<data>', 'a folder with a subfolder of images for each class, or "digits"')
    .option('--net <network>', 'name of a network, or a model file to train further')
    .option('--resume <checkpoint>', 'go on where a checkpoint was made')
    .option('-o, --output <folder>', `where to write (default: ${defaultFolder}, or the checkpoint's folder)`)
    .addOption(
      new Option(
        '--unfreeze <blocks>',
        "train the file's last blocks as well, such as 3, or all (default: of other classes the head only)",
      ).argParser(unfrozen),
    )
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
  refuseUnused<TrainFlags>(command, unusedOptions);
  addExamples(command, [
    'train digits -o digits',
    'train digits --epochs 5 --quantize -o digits-int8',
    'train photos --net mobilenet-v2 --width 0.35 --resolution 96 --patience 5',
    'train photos --net pretrained.tflite',
    'train photos --net pretrained.tflite --unfreeze 3',
    'train photos --resume sepconv-training/checkpoint.safetensors',
  ]);
}
