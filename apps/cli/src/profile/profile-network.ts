/** @file A network's time, predicted and measured, kernel by kernel. */
import {
  type Bound,
  costOf,
  type KernelWork,
  type LayerType,
  type Machine,
  predictLatency,
  roofline,
} from '@sepconv/cost-model';
import type { Network } from '@sepconv/graph';
import type { Choices, EngineName } from '@sepconv/kernels';
import { compilePlanned, type PlannedSession } from '@sepconv/kernels/toolkit';
import type { ArithmeticReport } from '../arithmetic.js';
import type { EngineChoice, ThreadsChoice } from '../commands/arguments.js';
import type { EngineReport } from '../measure-graphs.js';
import { keepTuning, type TuneChoice, tuneOptions } from '../tuning.js';
import { type Calibration, calibrate, engineInstruments, type Instruments } from './calibrate.js';
import { referenceGraph } from './calibration-networks.js';
import { readCalibration, type StoredCalibration, storeCalibration } from './calibration-store.js';
import { workOf } from './kernel-work.js';
import { quantile, type StepTimes } from './measure-steps.js';
import { profileThreads, type ThreadsProfile } from './profile-threads.js';

/** One kernel's run with the nodes that it computes. */
export interface LayerProfile {
  /** The first node's name. */
  readonly name: string;
  readonly nodes: readonly string[];
  /** What the nodes with multiply-adds are; of a layer without any, what it is. */
  readonly types: readonly LayerType[];
  readonly kernel: string;
  readonly macs: number;
  readonly flops: number;
  /** Read and written, everything once. */
  readonly bytes: number;
  /** FLOPs per byte. */
  readonly intensity: number;
  /** Of the latency model, or of the roofline of a described machine. */
  readonly predictedMs: number;
  /** The least that the machine's ceilings allow. */
  readonly rooflineMs: number;
  /** `null` where nothing was measured. */
  readonly measuredMs: number | null;
  readonly boundBy: Bound;
  /** `rooflineMs / measuredMs`, or over the prediction where nothing was measured: 1 is as fast as the machine can be. */
  readonly ceilingFraction: number;
  /** `predictedMs / measuredMs − 1`. */
  readonly error: number | null;
}

/** A network's profile. */
export interface Profile {
  readonly title: string;
  readonly engine: EngineReport;
  /** Of a model file: with which numbers it was computed. */
  readonly arithmetic?: ArithmeticReport;
  readonly machine: Machine;
  /** What the prediction comes from; `null` for a described machine, where it is the roofline. */
  readonly calibration: { readonly madeAt: string; readonly kernels: number; readonly drift: number } | null;
  readonly totals: {
    readonly macs: number;
    readonly flops: number;
    readonly bytes: number;
    readonly predictedMs: number;
    readonly rooflineMs: number;
    readonly measuredMs: number | null;
    /** A whole run at once, as a user would see it. */
    readonly runMs: number | null;
    /** Half of the layers are predicted better than this. */
    readonly medianLayerError: number | null;
  };
  readonly layers: readonly LayerProfile[];
  /** The same on several threads, if it was asked for. */
  readonly threads?: ThreadsProfile;
  /** What tuning has found, if it was asked for: for `compile`, and for `sepconv build --choices`. */
  readonly choices?: Choices;
}

/** What {@link profileNetwork} is asked for. */
export interface ProfileOptions {
  readonly title: string;
  readonly engine: EngineChoice;
  readonly threads: ThreadsChoice;
  readonly tune: TuneChoice;
  readonly arithmetic?: ArithmeticReport;
  /** A described machine; without one, this one is calibrated. */
  readonly machine?: Machine;
  readonly measure: boolean;
  readonly seconds: number;
  /** Whether to calibrate although there is a calibration. */
  readonly recalibrate: boolean;
  readonly say: (what: string) => void;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);

/** The stored calibration of an engine, or a new one. */
export async function calibrationFor(
  engine: EngineName,
  measure: Instruments['measure'],
  { recalibrate, say }: Pick<ProfileOptions, 'recalibrate' | 'say'>,
): Promise<StoredCalibration> {
  const known = recalibrate ? undefined : await readCalibration(engine);
  return known ?? storeCalibration(await calibrate(engineInstruments(engine, measure), say));
}

/** Steps that compute the same nodes are one layer: padding is a kernel before the convolution's. */
function groupSteps({
  plan,
}: PlannedSession): readonly { readonly nodes: readonly string[]; readonly steps: number[] }[] {
  const groups: { nodes: readonly string[]; steps: number[] }[] = [];
  plan.steps.forEach(({ nodes }, index) => {
    const last = groups.at(-1);
    if (last !== undefined && last.nodes.join('\n') === nodes.join('\n')) last.steps.push(index);
    else groups.push({ nodes, steps: [index] });
  });
  return groups;
}

/** What one step takes: predicted and at least, on the machine of the report. */
interface StepPrediction {
  readonly predictedMs: number;
  readonly rooflineMs: number;
}

function predictions(
  works: readonly KernelWork[],
  machine: Machine,
  calibration?: Calibration,
  drift = 1,
): StepPrediction[] {
  return works.map((work) => {
    const { milliseconds } = roofline(work, machine);
    const model = calibration?.model;
    return {
      predictedMs: model === undefined ? milliseconds : drift * predictLatency(model, work, machine),
      rooflineMs: milliseconds,
    };
  });
}

function layersOf(
  network: Network,
  session: PlannedSession,
  works: readonly KernelWork[],
  predicted: readonly StepPrediction[],
  times: StepTimes | undefined,
  machine: Machine,
): LayerProfile[] {
  const costs = new Map(costOf(network.graph).layers.map((layer) => [layer.name, layer]));
  return groupSteps(session).map(({ nodes, steps }) => {
    const pick = (numbers: readonly number[]): number => sum(steps.map((step) => numbers[step] ?? 0));
    // Folding renames nothing, but an op that is expanded has nodes of its own.
    const types = nodes.flatMap((node) => costs.get(node) ?? []);
    const computing = types.filter(({ macs }) => macs > 0);
    const work = {
      flops: pick(works.map(({ flops }) => flops)),
      bytes: pick(works.map(({ bytes }) => bytes)),
    };
    const { boundBy, intensity } = roofline(work, machine);
    const predictedMs = pick(predicted.map((step) => step.predictedMs));
    const rooflineMs = pick(predicted.map((step) => step.rooflineMs));
    const measuredMs = times === undefined ? null : pick(times.steps);
    return {
      name: nodes[0] ?? '',
      nodes,
      types: [...new Set((computing.length > 0 ? computing : types.slice(0, 1)).map(({ type }) => type))],
      kernel: steps.map((step) => session.steps[step]?.kernel ?? '').join(' + '),
      macs: work.flops / 2,
      ...work,
      intensity,
      predictedMs,
      rooflineMs,
      measuredMs,
      boundBy,
      ceilingFraction: rooflineMs / (measuredMs ?? predictedMs),
      error: measuredMs === null ? null : predictedMs / measuredMs - 1,
    };
  });
}

/** Measures a session beside the reference, whose time says how fast the machine is at the moment. */
async function measureBesideReference(
  session: PlannedSession,
  { compile: compileGraph, measure }: Instruments,
  seconds: number,
): Promise<{ readonly times: StepTimes; readonly referenceMs: number }> {
  const reference = await compileGraph(referenceGraph());
  try {
    const [own, times] = await measure([reference, session], { budgetMs: seconds * 1000 });
    return { times: times as StepTimes, referenceMs: sum(own?.steps ?? []) };
  } finally {
    reference.dispose();
  }
}

/** The layers of a profile on several threads. */
function onThreads(
  network: Network,
  session: PlannedSession,
  { threads, measure: isMeasured, seconds }: ProfileOptions,
  layers: readonly LayerProfile[],
  predicted: readonly StepPrediction[],
  measure: Instruments['measure'],
): Promise<ThreadsProfile> {
  return profileThreads(network, {
    engine: session.engine,
    choices: session.choices,
    threads,
    layers: groupSteps(session).map(({ steps }, index) => ({
      steps,
      predictedMs: steps.map((step) => predicted[step]?.predictedMs ?? 0),
      measuredMs: layers[index]?.measuredMs ?? null,
    })),
    budgetMs: isMeasured ? seconds * 1000 : null,
    measure,
  });
}

/** Runs a network, and says what each kernel was predicted to take, took, and could have taken at best. */
export async function profileNetwork(
  network: Network,
  options: ProfileOptions,
  measure: Instruments['measure'],
): Promise<Profile> {
  const { title, say } = options;
  say('Compiling the network');
  const session = await compilePlanned(network, {
    engine: options.engine,
    allowProcessFlags: true,
    ...(await tuneOptions(options.tune)),
  });
  const tuned = await keepTuning(session);
  try {
    const { name } = session.engine;
    const reason = [session.engine.reason, tuned].filter((text) => text !== undefined).join('; ');
    const stored = options.machine === undefined ? await calibrationFor(name, measure, options) : undefined;
    const machine = options.machine ?? (stored as StoredCalibration).calibration.machine;
    let measured: Awaited<ReturnType<typeof measureBesideReference>> | undefined;
    if (options.measure) {
      say('Measuring the network, kernel by kernel');
      measured = await measureBesideReference(session, engineInstruments(name, measure), options.seconds);
    }
    const drift =
      stored === undefined || measured === undefined
        ? 1
        : measured.referenceMs / stored.calibration.referenceMs;
    const works = workOf(session.plan);
    const predicted = predictions(works, machine, stored?.calibration, drift);
    const layers = layersOf(network, session, works, predicted, measured?.times, machine);
    const threads =
      options.threads === 1
        ? undefined
        : await onThreads(network, session, options, layers, predicted, measure);
    const total = (key: 'macs' | 'flops' | 'bytes' | 'predictedMs' | 'rooflineMs'): number =>
      sum(layers.map((layer) => layer[key]));
    return {
      title,
      engine: { name, reason },
      ...(options.arithmetic === undefined ? {} : { arithmetic: options.arithmetic }),
      machine,
      calibration:
        stored === undefined ? null : { madeAt: stored.madeAt, kernels: stored.calibration.kernels, drift },
      totals: {
        macs: total('macs'),
        flops: total('flops'),
        bytes: total('bytes'),
        predictedMs: total('predictedMs'),
        rooflineMs: total('rooflineMs'),
        measuredMs: measured === undefined ? null : sum(measured.times.steps),
        runMs: measured?.times.run ?? null,
        medianLayerError:
          measured === undefined
            ? null
            : quantile(
                layers.map(({ error }) => Math.abs(error ?? 0)),
                0.5,
              ),
      },
      layers,
      ...(threads && { threads }),
      ...(session.choices && { choices: session.choices }),
    };
  } finally {
    session.dispose();
  }
}
