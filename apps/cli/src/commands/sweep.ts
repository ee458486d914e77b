import { chooseEngine } from '@sepconv/kernels/toolkit';
import { isNetworkName, networkEntry, type OptionSpec } from '@sepconv/mobilenet';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../errors.js';
import { givenOptions, networkList, networkOptions } from '../network-options.js';
import { builtInGraph, meansFile } from '../networks.js';
import { measureSteps } from '../profile/measure-steps.js';
import { calibrationFor } from '../profile/profile-network.js';
import { createProgress } from '../progress.js';
import { sweepCsv, sweepReport } from '../reports/sweep.js';
import { type Budget, parseBudget } from '../sweep/budget.js';
import { combinations, sweepNetwork, type Timer } from '../sweep/sweep.js';
import type { Terminal } from '../terminal.js';
import { addExamples, type EngineChoice, engineOption, jsonOption, printJson } from './arguments.js';
import { readMachine } from './profile.js';
import { refuseUnused } from './unused-options.js';

interface Flags {
  readonly width?: readonly number[];
  readonly resolution?: readonly number[];
  readonly budget: readonly Budget[];
  readonly engine: EngineChoice;
  readonly machine?: string;
  readonly time?: true;
  readonly json?: true;
  readonly csv?: true;
  /** Other options of the networks. */
  readonly [name: string]: unknown;
}

/** More networks than anybody looks at, each of which takes its time. */
const mostNetworks = 400;

const defaultAxes = { width: [0.35, 0.5, 0.75, 1], resolution: [96, 128, 160, 192, 224] } as const;

/** `0.35,0.5,1`: numbers above 0, each once. */
function numberList(text: string): readonly number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!values.every((value) => Number.isFinite(value) && value > 0)) {
    throw new InvalidArgumentError('It must be numbers above 0 with commas between them.');
  }
  return [...new Set(values)];
}

function budgetList(text: string, previous: readonly Budget[]): readonly Budget[] {
  return [...previous, ...text.split(',').map(parseBudget)];
}

/** The options that vary: those that were given, or width and resolution as far as the network has them. */
function axesOf(target: string, flags: Flags): Readonly<Record<string, readonly number[]>> {
  const known = isNetworkName(target) ? (networkEntry(target).options as Record<string, OptionSpec>) : {};
  const axes = (['width', 'resolution'] as const).flatMap((name) => {
    const given = flags[name] as readonly number[] | undefined;
    if (given !== undefined) return [[name, given] as const];
    return name in known ? [[name, defaultAxes[name]] as const] : [];
  });
  return Object.fromEntries(axes);
}

/** What predicts milliseconds, if anybody asks for them. */
async function timerFor(flags: Flags, say: (what: string) => void): Promise<Timer | undefined> {
  if (flags.machine !== undefined) return { kind: 'machine', machine: await readMachine(flags.machine) };
  if (flags.time !== true && !flags.budget.some(({ name }) => name === 'ms')) return undefined;
  const { name } = await chooseEngine(flags.engine, true);
  const { calibration } = await calibrationFor(name, measureSteps, { recalibrate: false, say });
  return { kind: 'calibration', engine: name, calibration };
}

async function runSweep(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  if (meansFile(target)) {
    throw new UsageError(
      `sweep is for the built-in networks; the file "${target}" has one width and one resolution`,
    );
  }
  const { width: _, resolution: __, ...others } = flags;
  const fixed = givenOptions(others);
  const axes = axesOf(target, flags);
  const all = combinations(axes);
  if (all.length > mostNetworks) {
    throw new UsageError(
      `${all.length} networks are more than the ${mostNetworks} that one sweep may have; give fewer values`,
    );
  }
  // Every option is refused before anything is counted or calibrated.
  for (const options of all) builtInGraph(target, { ...fixed, ...options });
  const progress = createProgress(terminal);
  try {
    const timer = await timerFor(flags, progress.say);
    const sweep = sweepNetwork(target, axes, fixed, flags.budget, timer, progress.say);
    progress.done();
    if (flags.json) printJson(terminal, sweep);
    else if (flags.csv) terminal.out(sweepCsv(sweep));
    else terminal.out(`\n${sweepReport(sweep, terminal)}`);
  } finally {
    progress.done();
  }
}

/** `sepconv sweep`: which width and resolution of a network to take. */
export function addSweepCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('sweep')
    .summary('widths and resolutions of a network beside each other, within a budget')
    .description(
      'Counts every combination of widths and resolutions of a network and shows which fit a budget, with the published top-1 accuracy where there is one, and which of them nothing beats. Times are predicted where they are asked for.',
    )
    .argument('<network>', 'name of a network');
  for (const option of networkOptions()) {
    const name = option.attributeName();
    if (name !== 'width' && name !== 'resolution') command.addOption(option);
  }
  command
    .addOption(new Option('--width <list>', 'widths, with commas between them').argParser(numberList))
    .addOption(
      new Option('--resolution <list>', 'resolutions, with commas between them').argParser(numberList),
    )
    .addOption(
      new Option('--budget <limits>', 'macs=100M, params=2M, memory=1MB or ms=5, several with commas')
        .argParser(budgetList)
        .default([], 'none'),
    )
    .option('--time', 'predict times, also without a budget of milliseconds')
    .addOption(engineOption())
    .addOption(new Option('--machine <file>', 'predict times for the machine that a JSON file describes'))
    .addOption(jsonOption().conflicts('csv'))
    .option('--csv', 'print one line per network, comma-separated')
    .action((target: string, flags: Flags) => runSweep(target, flags, terminal))
    .addHelpText('after', `\nNetworks:\n${networkList()}`);
  refuseUnused<Flags>(command, [
    {
      options: ['engine'],
      countsWhen: ({ machine, time, budget }) =>
        machine === undefined && (time === true || budget.some(({ name }) => name === 'ms')),
      otherwise:
        'would be ignored: no times of this machine are predicted; give --time or a budget of ms, and no --machine',
    },
  ]);
  addExamples(command, [
    'sweep mobilenet-v2 --budget macs=100M',
    'sweep mobilenet-v2 --width 0.35,0.5,0.75,1.0 --resolution 96,128,160,192,224 --budget ms=5,memory=1MB',
    'sweep mobilenet-v1 --width 0.25,0.5 --csv > sweep.csv',
  ]);
}
