import type { InputShapes } from '@sepconv/formats';
import type { GraphInput } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { type Command, Option } from 'commander';
import { type ArithmeticChoice, arithmeticOption, readModel } from '../arithmetic.js';
import { classCount, endsInProbabilities, topGuesses } from '../classify.js';
import { printable, withContext } from '../errors.js';
import { shapeOption } from '../input-shapes.js';
import { summarize } from '../measure.js';
import { readEndings } from '../model-formats.js';
import { createProgress } from '../progress.js';
import { type ImageResult, runJson, runReport } from '../reports/run.js';
import {
  asStored,
  checkFlags,
  type InputFlags,
  imageInput,
  normalizationOf,
  readInput,
  readLabels,
} from '../run-input.js';
import { prepareRunner, type Runner } from '../runner.js';
import type { Terminal } from '../terminal.js';
import {
  addExamples,
  type EngineChoice,
  engineOption,
  jsonOption,
  positiveInteger,
  printJson,
} from './arguments.js';
import { imageOptions } from './image-options.js';
import { runUntil } from './run-until.js';
import { refuseUnused } from './unused-options.js';

/** Time for the repeated runs of one image, after the first. */
const budgetMs = 250;
const mostRuns = 50;

interface Flags extends InputFlags {
  readonly until?: string;
  readonly labels?: string;
  readonly shape?: InputShapes;
  readonly top: number;
  readonly arithmetic: ArithmeticChoice;
  readonly engine: EngineChoice | 'reference';
  readonly tune?: true;
  readonly json?: true;
}

/** Runs once and then until the time is up; the last result is as good as the first, bit for bit. */
function timedRuns(runner: Runner, input: Tensor): { output: Tensor; durations: number[] } {
  const start = performance.now();
  const durations: number[] = [];
  for (;;) {
    const before = performance.now();
    const output = runner.run(input);
    const after = performance.now();
    durations.push(after - before);
    if (durations.length >= mostRuns || after - start > budgetMs) return { output, durations };
  }
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
    const normalization = normalizationOf(flags, input);
    const labels = await readLabels(flags.labels, classes);
    // All images before the first result: one that is broken must not leave half a report.
    const pictures: Tensor<'float32'>[] = [];
    for (const image of images) {
      progress.say(`Reading ${printable(image)}`);
      pictures.push(await readInput(image, flags, input, normalization));
    }
    progress.say('Compiling the network');
    const beforeCompile = performance.now();
    const { runner, reading } = await prepareRunner(readings, flags.engine, flags.tune);
    const compileMilliseconds = performance.now() - beforeCompile;
    const chosen = reading.imported.network.graph;
    const isProbability = endsInProbabilities(chosen);
    const inputs = pictures.map((picture) => asStored(picture, chosen.inputs[0] as GraphInput));
    const results = images.map((image, i): ImageResult => {
      progress.say(`Running ${printable(image)}`);
      const { output, durations } = timedRuns(runner, inputs[i] as Tensor);
      const [first = 0, ...later] = durations;
      const { medianMs, samples } = summarize(later.length > 0 ? later : [first]);
      const top = topGuesses(output, { count: flags.top, labels, isProbability });
      return { image, top, milliseconds: medianMs, firstMilliseconds: first, runs: samples };
    });
    const { name, reason } = runner.engine;
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
      "Classify images: centre square, resized to the network's input, normalized as the model file says. Images are JPEG (turned upright as EXIF says), PNG (transparency ignored) or BMP; models are TFLite, ONNX or TF.js, quantized or not. A quantized model runs with its own integers or in float32, whichever is faster here; --arithmetic says which.",
    )
    .argument('<model>', `model file (${readEndings})`)
    .argument('<image...>', 'image files')
    .option('--labels <file>', 'names of the classes, one a line')
    .addOption(new Option('--top <count>', 'classes to print').argParser(positiveInteger).default(5));
  for (const option of imageOptions()) command.addOption(option);
  command
    .addOption(engineOption('reference'))
    .addOption(shapeOption())
    .addOption(arithmeticOption())
    .option('--tune', 'measure for some seconds how layers run fastest here; the results stay the same')
    .addOption(jsonOption())
    .option('--until <node>', 'run up to this node of the file, and print what it computed')
    .action((model: string, images: string[], { until, ...flags }: Flags) =>
      until === undefined
        ? runModel(model, images, flags, terminal)
        : runUntil(model, images, { ...flags, until }, terminal),
    );
  refuseUnused<Flags>(command, [
    {
      options: ['labels', 'top', 'tune'],
      countsWhen: ({ until }) => until === undefined,
      otherwise: 'would be ignored: --until prints what a node computed, not classes',
    },
    {
      options: ['tune'],
      countsWhen: ({ engine }) => engine !== 'reference',
      otherwise: 'would be ignored: the reference has nothing to tune; give another --engine',
    },
  ]);
  addExamples(command, [
    'run mobilenet_v2.tflite cat.jpg --labels labels.txt',
    'run mobilenet_v2.tflite *.jpg --size 256 --top 1 --json',
    'run mobilenet_v2.tflite cat.jpg --until MobilenetV2/Conv_1/Relu6',
    'run mobilenet_v2_quant.tflite cat.jpg --arithmetic float32',
  ]);
  command.addHelpText(
    'after',
    'With several images, the JSON has one entry each in "images"; the fields of the\nfirst stand at the top as well.\n',
  );
}
