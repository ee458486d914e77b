import { type InputShapes, inspectNetwork } from '@sepconv/formats';
import { compile } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import type { Tensor } from '@sepconv/tensor';
import { type Command, Option } from 'commander';
import { fixedArithmeticOption } from '../arithmetic.js';
import {
  checkAlone,
  checkValue,
  inputsOf,
  type Shared,
  sharedValues,
  type ValueCheck,
} from '../compare/compare-values.js';
import { type Dump, readDump } from '../compare/dump.js';
import { DataError, printable, withContext } from '../errors.js';
import { maximumBytes, readBytes } from '../files.js';
import { shapeOption } from '../input-shapes.js';
import { readNetworkFile } from '../network-file.js';
import { createProgress, type Progress } from '../progress.js';
import { type CompareReport, compareJson, compareReport, different } from '../reports/compare.js';
import type { Terminal } from '../terminal.js';
import {
  addExamples,
  type EngineChoice,
  engineOption,
  jsonOption,
  positiveNumber,
  printJson,
} from './arguments.js';

interface Flags {
  readonly against: string;
  readonly tolerance: number;
  readonly engine: EngineChoice | 'reference';
  readonly arithmetic: 'float32' | 'integer';
  readonly shape?: InputShapes;
  readonly all?: true;
  readonly json?: true;
}

/** Shapes of the file's inputs as the dump has them, for those that the file leaves open. */
async function dumpedShapes(file: string, dump: Dump): Promise<InputShapes> {
  const bytes = await readBytes(file, 'the model', maximumBytes);
  const { inputs } = await withContext(`the model "${printable(file)}" cannot be used`, () =>
    inspectNetwork(bytes, { fileName: file }),
  );
  return Object.fromEntries(
    inputs.flatMap(({ name, shape }) => {
      const isOpen = shape === undefined || shape.some((size) => typeof size !== 'number' || size < 1);
      const dumped = dump.get(name);
      return isOpen && dumped !== undefined ? [[name, dumped.shape]] : [];
    }),
  );
}

type Values = { readonly values: ReadonlyMap<string, Tensor>; readonly engine: CompareReport['engine'] };

/** Every value that the dump has too, as the network computes it from the dump's inputs. */
async function computeValues(
  network: Parameters<typeof compile>[0],
  shared: readonly Shared[],
  engine: Flags['engine'],
): Promise<Values> {
  const inputs = inputsOf(network, shared);
  const outputs = [...new Set([...network.graph.outputs, ...shared.map(({ name }) => name)])];
  const computed = outputs.filter((name) => !inputs.has(name));
  const watched = { ...network, graph: { ...network.graph, outputs: computed } };
  if (engine === 'reference') {
    const reason = 'plain loops in float64, the definition of what is right';
    return { values: runReference(watched, inputs), engine: { name: engine, reason } };
  }
  const session = await compile(watched, { engine, allowProcessFlags: true, fusion: 'off' });
  const values = new Map(
    [...session.run(inputs)].map(([name, tensor]) => [
      name,
      { ...tensor, data: tensor.data.slice() } as Tensor,
    ]),
  );
  session.dispose();
  return { values, engine: { name: session.engine.name, reason: session.engine.reason } };
}

/** The first value that its own ops make something else of than the dump's runtime did, from the dump's numbers. */
function findCulprit(
  network: Parameters<typeof compile>[0],
  suspects: readonly ValueCheck[],
  shared: readonly Shared[],
  tolerance: number,
  progress: Progress,
): ValueCheck | undefined {
  for (const { name } of suspects) {
    const value = shared.find((one) => one.name === name) as Shared;
    progress.say(`Computing ${printable(value.fileName)} from the dump's numbers`);
    const alone = checkAlone(network, value, shared);
    if (alone.relative > tolerance) return alone;
  }
  return undefined;
}

async function collect(file: string, flags: Flags, progress: Progress): Promise<CompareReport> {
  progress.say(`Reading ${printable(flags.against)}`);
  const dump = await readDump(flags.against);
  progress.say(`Reading ${printable(file)}`);
  const shapes = { ...(await dumpedShapes(file, dump)), ...flags.shape };
  const imported = await readNetworkFile(file, { shapes, arithmetic: flags.arithmetic });
  const { network } = imported;
  const shared = sharedValues(imported, dump);
  return withContext(
    `"${printable(file)}" cannot be compared with "${printable(flags.against)}"`,
    async () => {
      const isInput = new Set(network.graph.inputs.map(({ name }) => name));
      const compared = shared.filter(({ name }) => !isInput.has(name));
      const inputs = shared.filter(({ name }) => isInput.has(name));
      if (compared.length === 0) {
        const [some] = [...imported.values.keys()].slice(-1);
        throw new DataError(
          `none of the dump's ${dump.size} values has the name of a value that the network computes, such as "${printable(some ?? '')}"`,
        );
      }
      progress.say('Running the network');
      const { values, engine } = await computeValues(network, [...inputs, ...compared], flags.engine);
      const { tolerance } = flags;
      const checks = compared.map((value) => checkValue(value, values.get(value.name) as Tensor));
      const suspects = different({ values: checks, tolerance });
      const culprit = findCulprit(network, suspects, shared, tolerance, progress);
      return {
        title: file,
        against: flags.against,
        engine,
        tolerance,
        values: checks,
        notInDump: imported.values.size - shared.length,
        notInNetwork: dump.size - shared.length,
        ...(culprit && { culprit }),
      };
    },
  );
}

async function runCompare(file: string, flags: Flags, terminal: Terminal): Promise<void> {
  const progress = createProgress(terminal);
  let report: CompareReport;
  try {
    report = await collect(file, flags, progress);
  } finally {
    progress.done();
  }
  if (flags.json) printJson(terminal, compareJson(report));
  else terminal.out(`\n${compareReport(report, terminal, flags.all === true)}`);
  const found = different(report);
  const [first] = found;
  if (first !== undefined) {
    throw new DataError(
      `${found.length} of ${report.values.length} values differ by more than ${flags.tolerance} of their range, the first "${printable(first.fileName)}"`,
    );
  }
}

/** `sepconv compare`: every value of a model file beside what another runtime computed for it. */
export function addCompareCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('compare')
    .summary("compare a model file's values with those of another runtime, one by one")
    .description(
      "Runs a model file on the inputs of a dump and compares every value that the dump has too, in the order of the network: the first that differs is named, and whether its own ops compute something else (from the dump's numbers of the values before it) or its inputs were different already. Ends with exit code 1 when a value differs.",
    )
    .argument('<file>', 'a model file')
    .requiredOption('--against <dump>', 'what the other runtime computed; its form is described below')
    .addOption(
      new Option('--tolerance <fraction>', "how much of a value's range it may differ by")
        .argParser(positiveNumber)
        .default(1e-4),
    )
    .addOption(new Option('--all', 'list every value in the order of the network'))
    .addOption(engineOption('reference'))
    .addOption(fixedArithmeticOption())
    .addOption(shapeOption())
    .addOption(jsonOption())
    .action((file: string, flags: Flags) => runCompare(file, flags, terminal));
  addExamples(command, [
    'compare model.onnx --against dump.npz',
    'compare model.tflite --against dump --tolerance 0.001 --all',
  ]);
  command.addHelpText(
    'after',
    `
A dump is a folder or a ZIP (such as numpy.savez writes) of .npy files, each
called after its value in the file ("conv1/Relu.npy"; a / may be written %2F),
or one JSON document {"name": {"shape": [1, 3], "data": [1, 2, 3]}}. Shapes are
those of the file: N, C, H, W for images of ONNX. The inputs have to be in it;
of the rest, any.
`,
  );
}
