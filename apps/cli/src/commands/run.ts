import type { InputShapes } from '@sepconv/formats';
import type { GraphInput } from '@sepconv/graph';
import { summarize } from '@sepconv/kernels/measure';
import type { Tensor } from '@sepconv/tensor';
import { asStored, classCount, endsInProbabilities, rankClasses } from '@sepconv/vision';
import { type Command, Option } from 'commander';
import { type ArithmeticChoice, arithmeticOption, readModel } from '../arithmetic.js';
import { printable, withContext } from '../errors.js';
import { shapeOption } from '../input-shapes.js';
import { readEndings } from '../model-formats.js';
import { createProgress } from '../progress.js';
import { type ImageResult, runJson, runReport } from '../reports/run.js';
import { type ImageRun, runImages } from '../run-images.js';
import {
  checkFlags,
  type InputFlags,
  imageInput,
  labelsOf,
  preprocessingFor,
  readInput,
  readLabels,
} from '../run-input.js';
import { prepareRunner, type RunChoice } from '../runner.js';
import type { Terminal } from '../terminal.js';
import { type TuneChoice, tuneOption } from '../tuning.js';
import {
  addExamples,
  engineOption,
  jsonOption,
  positiveInteger,
  printJson,
  type ThreadsChoice,
  threadsOption,
} from './arguments.js';
import { imageOptions } from './image-options.js';
import { runUntil } from './run-until.js';
import { refuseUnused } from './unused-options.js';

interface Flags extends InputFlags {
  readonly until?: string;
  readonly labels?: string;
  readonly shape?: InputShapes;
  readonly top: number;
  readonly arithmetic: ArithmeticChoice;
  readonly engine: RunChoice;
  readonly threads?: ThreadsChoice;
  readonly tune: TuneChoice;
  readonly json?: true;
}

async function runModel(
  model: string,
  images: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<void> {
  const progress = createProgress(terminal);
  try {
    progress.say(`Reading ${printable(model)}`);
    const readings = await readModel(model, flags.arithmetic, flags.shape);
    const [{ imported }] = readings;
    const { graph } = imported.network;
    const { input, classes } = await withContext(`the model "${printable(model)}" cannot be used`, () => ({
      input: imageInput(imported),
      classes: classCount(graph, imported.outputs[0]?.shape ?? []),
    }));
    checkFlags(flags, input);
    const preprocessing = preprocessingFor(flags, input, imported.metadata);
    const labels = (await readLabels(flags.labels, classes)) ?? labelsOf(imported.metadata, classes);
    // All images before the first result: one that is broken must not leave half a report.
    const pictures: Tensor<'float32'>[] = [];
    for (const image of images) {
      progress.say(`Reading ${printable(image)}`);
      pictures.push(await readInput(image, input, preprocessing));
    }
    progress.say('Compiling the network');
    const beforeCompile = performance.now();
    const { threads = images.length > 1 ? 'auto' : 1 } = flags;
    const { runner, reading } = await prepareRunner(readings, flags.engine, flags.tune, threads);
    const compileMilliseconds = performance.now() - beforeCompile;
    const { network } = reading.imported;
    const isProbability = endsInProbabilities(network.graph);
    const inputs = pictures.map((picture) => asStored(picture, network.graph.inputs[0] as GraphInput));
    const ran = (count: number): void => progress.say(`Running, ${count} of ${images.length} images`);
    const { runs, sharing } = await runImages(network, runner, inputs, compileMilliseconds, ran);
    const results = images.map((image, i): ImageResult => {
      const { output, durations } = runs[i] as ImageRun;
      const [first = 0, ...later] = durations;
      const { medianMs, samples } = summarize(later.length > 0 ? later : [first]);
      const top = rankClasses(output, flags.top, isProbability).map(({ index, probability }) => ({
        index,
        label: labels?.[index] ?? null,
        probability,
      }));
      return { image, top, milliseconds: medianMs, firstMilliseconds: first, runs: samples };
    });
    const { name } = runner.engine;
    const reason = [runner.engine.reason, sharing].filter((text) => text !== undefined).join('; ');
    runner.dispose();
    progress.done();
    const { format, warnings } = reading.imported;
    const report = {
      model,
      format,
      engine: { name, reason },
      arithmetic: reading.arithmetic,
      compileMilliseconds,
      warnings,
      images: results,
    };
    if (flags.json) printJson(terminal, runJson(report));
    else terminal.out(`\n${runReport(report, terminal)}`);
  } finally {
    progress.done();
  }
}

/** `sepconv run`: what a network sees in photos. */
export function addRunCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('run')
    .summary('classify images with a model file')
    .description(
      "Classify images: centre square, resized to the network's input, normalized as the model file says. Images are JPEG, PNG (transparency ignored), BMP or WebP, turned upright as EXIF says; models are TFLite, ONNX or TF.js, quantized or not. A quantized model runs with its own integers or in float32, whichever is faster here; --arithmetic says which.",
    )
    .argument('<model>', `model file (${readEndings})`)
    .argument('<image...>', 'image files')
    .option('--labels <file>', "names of the classes, one a line; default: the file's own")
    .addOption(new Option('--top <count>', 'classes to print').argParser(positiveInteger).default(5));
  for (const option of imageOptions()) command.addOption(option);
  command
    .addOption(engineOption('reference', 'webgpu'))
    .addOption(threadsOption('auto for several images, else 1'))
    .addOption(shapeOption())
    .addOption(arithmeticOption())
    .addOption(tuneOption())
    .addOption(jsonOption())
    .option('--until <node>', 'run up to this node of the file, and print what it computed')
    .action((model: string, images: string[], { until, ...flags }: Flags) =>
      until === undefined
        ? runModel(model, images, flags, terminal)
        : runUntil(model, images, { ...flags, until }, terminal),
    );
  refuseUnused<Flags>(command, [
    {
      options: ['labels', 'top', 'tune', 'threads'],
      countsWhen: ({ until }) => until === undefined,
      otherwise: 'would be ignored: --until prints what a node computed, not classes',
    },
    {
      options: ['tune', 'threads'],
      countsWhen: ({ engine }) => engine !== 'reference' && engine !== 'webgpu',
      otherwise:
        'would be ignored: the reference is plain loops on one thread, and a GPU has threads of its own; give another --engine',
    },
  ]);
  addExamples(command, [
    'run mobilenet_v2.tflite cat.jpg --labels labels.txt',
    'run mobilenet_v2.tflite *.jpg --size 256 --top 1 --json',
    'run mobilenet_v2.tflite cat.jpg --until MobilenetV2/Conv_1/Relu6',
    'run mobilenet_v2_quant.tflite cat.jpg --arithmetic float32',
    'run mobilenet_v2.tflite *.jpg --tune quick',
  ]);
  command.addHelpText(
    'after',
    'With several images, the JSON has one entry each in "images"; the fields of the\nfirst stand at the top as well.\n',
  );
}
