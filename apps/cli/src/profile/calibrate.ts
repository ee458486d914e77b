/**
 * @file Learning what this machine is: its ceilings, and the prices of the latency model. Everything is measured in turns
 * with one reference network, so that a machine that slows down in the middle does not make some layers seem dear.
 */
import {
  fitLatency,
  type KernelWork,
  type LatencyModel,
  type Machine,
  type Observation,
} from '@sepconv/cost-model';
import { type Graph, GraphBuilder, initializeWeights, pointwiseConv2d } from '@sepconv/graph';
import type { EngineName } from '@sepconv/kernels';
import { chooseEngine, compileFor, type Plan, type PlannedSession } from '@sepconv/kernels/toolkit';
import { integerWeights, isOfIntegers } from './calibration-integers.js';
import { calibrationGraphs, referenceGraph } from './calibration-networks.js';
import { workOf } from './kernel-work.js';
import { type MeasureStepsOptions, quantile, type StepTimes } from './measure-steps.js';

/** What a calibration found out about an engine on a machine. */
export interface Calibration {
  readonly engine: EngineName;
  readonly machine: Machine;
  readonly model: LatencyModel;
  /** Milliseconds of the reference network at the time. */
  readonly referenceMs: number;
  /** How many kernels the model was learnt from. */
  readonly kernels: number;
}

/** The part of a session that measuring needs; tests bring plans without a machine under them. */
export interface MeasuredSession {
  readonly plan: Plan;
  dispose(): void;
}

/** What measures, given from outside so that the arithmetic here can be tested. */
export interface Instruments<S extends MeasuredSession = PlannedSession> {
  compile(graph: Graph): Promise<S>;
  measure(sessions: readonly S[], options?: MeasureStepsOptions): Promise<readonly StepTimes[]>;
}

/** Time for the passes of each calibration network, the reference beside it. */
const networkBudgetMs = 450;
const ceilingBudgetMs = 60;

/** Working sets whose bandwidth is measured: an addition of two images and its result. */
const workingSets = [3 * 2 ** 16, 3 * 2 ** 18, 3 * 2 ** 20, 3 * 2 ** 22, 3 * 2 ** 24] as const;

/** A matrix product that fits into the second-level cache and has no remainders. */
function peakGraph(): Graph {
  const builder = new GraphBuilder('calibration-peak');
  const image = builder.input('image', [1, 24, 25, 64]);
  return builder.build([pointwiseConv2d(builder, image, { filters: 96 })]);
}

function bandwidthGraph(bytes: number): Graph {
  const builder = new GraphBuilder('calibration-bandwidth');
  const shape = [1, bytes / 3 / 4 / 64, 64];
  return builder.build([builder.node('add', [builder.input('a', shape), builder.input('b', shape)], {})]);
}

/** The instruments of this process. */
export function engineInstruments(engine: EngineName | 'auto', measure: Instruments['measure']): Instruments {
  return {
    compile: async (graph) =>
      compileFor(await chooseEngine(engine, true), {
        graph,
        weights: isOfIntegers(graph) ? integerWeights(graph) : initializeWeights(graph, 1),
      }),
    measure,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);

/** A single kernel's milliseconds. */
async function timeOf<S extends MeasuredSession>(
  { compile: compileGraph, measure }: Instruments<S>,
  graph: Graph,
): Promise<{ readonly engine: EngineName; readonly work: KernelWork; readonly milliseconds: number }> {
  const session = await compileGraph(graph);
  try {
    const [times] = await measure([session], { budgetMs: ceilingBudgetMs, warmUpMs: ceilingBudgetMs });
    const { plan } = session;
    const [work] = workOf(plan);
    return { engine: plan.engine.name, work: work as KernelWork, milliseconds: times?.steps[0] ?? Infinity };
  } finally {
    session.dispose();
  }
}

async function measureLevels<S extends MeasuredSession>(
  instruments: Instruments<S>,
): Promise<Machine['levels']> {
  const levels: { bytes: number; bytesPerSecond: number }[] = [];
  for (const bytes of workingSets) {
    const { milliseconds } = await timeOf(instruments, bandwidthGraph(bytes));
    levels.push({ bytes, bytesPerSecond: (1000 * bytes) / milliseconds });
  }
  // A larger working set cannot be faster: what seems so was disturbed in the smaller one.
  for (let i = levels.length - 2; i >= 0; i--) {
    const [here, next] = [levels[i], levels[i + 1]] as [(typeof levels)[number], (typeof levels)[number]];
    here.bytesPerSecond = Math.max(here.bytesPerSecond, next.bytesPerSecond);
  }
  (levels.at(-1) as (typeof levels)[number]).bytes = Infinity;
  return levels;
}

/** The steps of all calibration networks with their times, as if the machine had been equally fast all the while. */
async function observe<S extends MeasuredSession>(
  { compile: compileGraph, measure }: Instruments<S>,
  say: (what: string) => void,
): Promise<{ readonly observations: Observation[]; readonly referenceMs: number }> {
  const reference = await compileGraph(referenceGraph());
  const rounds: { works: KernelWork[]; times: StepTimes; reference: StepTimes }[] = [];
  try {
    for (const graph of calibrationGraphs()) {
      say(`Calibrating: ${graph.name.replace('calibration-', '')} layers`);
      const session = await compileGraph(graph);
      try {
        const [own, times] = await measure([reference, session], {
          budgetMs: networkBudgetMs,
          warmUpMs: 200,
        });
        if (own !== undefined && times !== undefined)
          rounds.push({ works: workOf(session.plan), times, reference: own });
      } finally {
        session.dispose();
      }
    }
    const references = rounds.map((round) => sum(round.reference.steps));
    const referenceMs = quantile(references, 0.5);
    const observations = rounds.flatMap(({ works, times }, round) =>
      works.map((work, step) => ({
        work,
        milliseconds: ((times.steps[step] as number) * referenceMs) / (references[round] as number),
      })),
    );
    const ofReference = workOf(reference.plan).map((work, step) => ({
      work,
      milliseconds: quantile(
        rounds.map(
          (round, i) => ((round.reference.steps[step] as number) * referenceMs) / (references[i] as number),
        ),
        0.5,
      ),
    }));
    return { observations: [...observations, ...ofReference], referenceMs };
  } finally {
    reference.dispose();
  }
}

/**
 * Calibrates an engine: about half a second for each calibration network and a tenth for each ceiling.
 *
 * @param say is told what is being measured.
 */
export async function calibrate<S extends MeasuredSession>(
  instruments: Instruments<S>,
  say: (what: string) => void = () => {},
): Promise<Calibration> {
  const { observations, referenceMs } = await observe(instruments, say);
  say('Calibrating: the ceilings');
  const peak = await timeOf(instruments, peakGraph());
  const levels = await measureLevels(instruments);
  // No layer may be above the ceiling: where one is faster than the kernel made for the peak, the peak is there.
  const rates = [peak, ...observations].map(({ work, milliseconds }) => (1000 * work.flops) / milliseconds);
  return {
    engine: peak.engine,
    machine: { name: 'this machine', flopsPerSecond: Math.max(...rates), levels },
    model: fitLatency(observations),
    referenceMs,
    kernels: observations.length,
  };
}
