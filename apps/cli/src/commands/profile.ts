import { parseMachine } from '@sepconv/cost-model';
import { type Command, Option } from 'commander';
import { arithmeticOption } from '../arithmetic.js';
import { analyse } from '../cost-analysis.js';
import { DataError, printable, withContext } from '../errors.js';
import { readBytes } from '../files.js';
import { shapeOption } from '../input-shapes.js';
import { networkOptions } from '../network-options.js';
import { meansFile } from '../networks.js';
import { measureSteps } from '../profile/measure-steps.js';
import { profileNetwork } from '../profile/profile-network.js';
import { expectRunnable } from '../profile/runnable.js';
import { createProgress } from '../progress.js';
import { htmlReport } from '../reports/html/page.js';
import { profileJson, profileReport } from '../reports/profile.js';
import { graphOfTarget, networkOfTarget } from '../target.js';
import type { Terminal } from '../terminal.js';
import { type TuneChoice, tuneOption } from '../tuning.js';
import { writeReport } from '../write-report.js';
import {
  addExamples,
  type EngineChoice,
  engineOption,
  jsonOption,
  positiveNumber,
  printJson,
  type ThreadsChoice,
  threadsOption,
} from './arguments.js';
import { refuseUnused } from './unused-options.js';

interface Flags {
  readonly engine: EngineChoice;
  readonly threads: ThreadsChoice;
  readonly tune: TuneChoice;
  readonly machine?: string;
  readonly measure: boolean;
  readonly seconds: number;
  readonly calibrate?: true;
  readonly json?: true;
  readonly html?: string;
  /** Options of the networks. */
  readonly [name: string]: unknown;
}

const maximumMachineBytes = 1_000_000;

/** A machine from a JSON file; every message begins with its path. */
export async function readMachine(path: string): Promise<ReturnType<typeof parseMachine>> {
  const text = Buffer.from(await readBytes(path, 'the machine', maximumMachineBytes)).toString('utf8');
  return withContext(`the machine "${printable(path)}" cannot be used`, () => {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new DataError(`it is not JSON (${(error as Error).message})`, { cause: error });
    }
    return parseMachine(json);
  });
}

async function runProfile(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  const machine = flags.machine === undefined ? undefined : await readMachine(flags.machine);
  const progress = createProgress(terminal);
  try {
    // Before its weights are made: what cannot run must not take memory first.
    if (!meansFile(target)) expectRunnable((await graphOfTarget(target, flags, 'profile')).graph);
    const { network, title, arithmetic } = await networkOfTarget(target, flags, 'profile', 1);
    expectRunnable(network.graph);
    const profile = await profileNetwork(
      network,
      {
        title,
        ...(arithmetic === undefined ? {} : { arithmetic }),
        engine: flags.engine,
        threads: flags.threads,
        tune: flags.tune,
        ...(machine === undefined ? {} : { machine }),
        measure: flags.measure,
        seconds: flags.seconds,
        recalibrate: flags.calibrate === true,
        say: progress.say,
      },
      measureSteps,
    );
    progress.done();
    if (flags.html !== undefined) {
      const analysis = analyse(title, network.graph, { convention: 'exact' });
      await writeReport(flags.html, htmlReport({ analysis, profile }), terminal);
    }
    if (flags.json) printJson(terminal, profileJson(profile));
    else terminal.out(`\n${profileReport(profile, terminal)}`);
  } finally {
    progress.done();
  }
}

/** `sepconv profile`: where the time of a network goes, predicted and measured. */
export function addProfileCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('profile')
    .summary('the time of a network, predicted and measured, layer by layer')
    .description(
      'Runs a network and prints for each layer the predicted and the measured time, whether arithmetic or memory bounds it, and which fraction of the ceiling it reaches; with --threads also how well it scales. The first run on a machine calibrates it for a few seconds; the calibration is kept for a week in the cache folder (SEPCONV_CACHE says which).',
    )
    .argument('<network>', 'name of a network, or a model file');
  for (const option of networkOptions()) command.addOption(option);
  command
    .addOption(shapeOption())
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(tuneOption())
    .addOption(arithmeticOption())
    .addOption(new Option('--machine <file>', 'predict for the machine that a JSON file describes'))
    .addOption(new Option('--seconds <count>', 'how long to measure').argParser(positiveNumber).default(2))
    .option('--no-measure', 'predict without running the network')
    .option('--calibrate', 'calibrate anew')
    .addOption(jsonOption())
    .addOption(new Option('--html <file>', 'write a page with tables and charts, which needs nothing else'))
    .action((target: string, flags: Flags) => runProfile(target, flags, terminal))
    .addHelpText(
      'after',
      '\nA machine: {"name": "board", "peakGflops": 12, "bandwidthGBs": 4,\n  "caches": [{"bytes": 524288, "bandwidthGBs": 30}]}\n',
    );
  refuseUnused<Flags>(command, [
    {
      options: ['seconds'],
      countsWhen: ({ measure }) => measure,
      otherwise: 'would be ignored: nothing is measured; leave --no-measure out',
    },
    {
      options: ['calibrate'],
      countsWhen: ({ machine }) => machine === undefined,
      otherwise: 'would be ignored: the machine is described and not calibrated; leave --machine out',
    },
  ]);
  addExamples(command, [
    'profile mobilenet-v2',
    'profile model.tflite --engine simd128 --json',
    'profile mobilenet-v2 --threads 2',
    'profile mobilenet-v1 --tune full',
    'profile model_quant.tflite --arithmetic integer',
    'profile mobilenet-v1 --machine machine.json --no-measure --html report.html',
  ]);
}
