import { costOf, separableAccount } from '@sepconv/cost-model';
import { type LayerOptions, layerGraphs, mobileNetV1 } from '@sepconv/mobilenet';
import type { Command } from 'commander';
import { measureGraphs } from '../measure-graphs.js';
import { withProgress } from '../progress.js';
import { type DemoReport, demoJson, demoReport } from '../reports/demo.js';
import type { Terminal } from '../terminal.js';
import {
  addExamples,
  type EngineChoice,
  engineOption,
  jsonOption,
  printJson,
  type ThreadsChoice,
  threadsOption,
} from './arguments.js';

/** The fifth pointwise layer's shape in MobileNetV1, were it not strided: large enough to time, small to explain. */
const layer: LayerOptions = {
  height: 56,
  width: 56,
  inputChannels: 128,
  outputChannels: 256,
  kernel: 3,
  stride: 1,
};

/** Seconds that somebody waits gladly; the twin alone takes a fifth of a second for each sample. */
const layerBudgetMs = 3000;
const networkBudgetMs = 10_000;

interface Flags {
  readonly engine: EngineChoice;
  readonly threads: ThreadsChoice;
  readonly json?: true;
}

async function collect(flags: Flags, say: (what: string) => void): Promise<DemoReport> {
  say('Classifying digits with a trained network');
  // Here and not above, so that no other command reads the network and its pictures at its start.
  const { classifyDigits } = await import('../digits/classify-digits.js');
  const digits = await classifyDigits(flags.engine, flags.threads);
  say('Measuring one layer, standard and separable');
  const { threads } = flags;
  const measured = await measureGraphs({ ...layerGraphs(layer) }, flags.engine, {
    budgetMs: layerBudgetMs,
    threads,
  });
  const graphs = { separable: mobileNetV1(), standard: mobileNetV1({ separable: false }) };
  say('Compiling MobileNetV1 and its twin of standard convolutions');
  const networks = await measureGraphs(graphs, flags.engine, {
    budgetMs: networkBudgetMs,
    threads,
    onRound: (round) =>
      say(round === 0 ? 'Warming up both networks' : `Measuring both networks, round ${round}`),
  });
  return {
    digits,
    layer: {
      layer,
      account: separableAccount(layer),
      measured: { engine: measured.engine, isSteady: measured.isSteady, ...measured.timings },
    },
    engine: networks.engine,
    separable: { cost: costOf(graphs.separable), timing: networks.timings.separable },
    standard: { cost: costOf(graphs.standard), timing: networks.timings.standard },
  };
}

async function runDemo(flags: Flags, terminal: Terminal): Promise<void> {
  const report = await withProgress(terminal, ({ say }) => collect(flags, say));
  if (flags.json) printJson(terminal, demoJson(report));
  else terminal.out(`\n${demoReport(report, terminal)}`);
}

/** `sepconv demo`: what the subject is about, in half a minute. */
export function addDemoCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('demo')
    .summary('what separable convolutions save, on paper and on this machine')
    .description(
      'A trained separable network classifies digits; then the account of one layer, and MobileNetV1 beside its twin of standard convolutions: multiply-adds, parameters, and the time of both on this machine. Needs no file and less than a minute.',
    )
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action((flags: Flags) => runDemo(flags, terminal));
  addExamples(command, ['demo', 'demo --json']);
}
