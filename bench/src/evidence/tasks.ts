/** @file The parts of the evidence that take long: one network of one seed, and what becomes of it. */
import { decomposeNetwork } from '@sepconv/decompose';
import type { Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { continueTraining, digitNetwork, evaluate, startTraining, type TrainSettings } from '@sepconv/train';
import { type Digits, inputsOf, loadDigits } from './data.ts';
import { calibrationImages, fineTuneSettings, type Scale, trainingSettings } from './settings.ts';
import { energiesOf, type LayerEnergies } from './spectra.ts';

export interface Task {
  readonly kind: 'separable' | 'standard';
  readonly seed: number;
  readonly scale: Scale;
}

/** A decomposed network before and after fine-tuning. */
export interface CurvePoint {
  readonly rank: number;
  readonly method: 'plain' | 'calibrated';
  readonly macs: number;
  readonly params: number;
  /** Test accuracy before fine-tuning, and by the number of epochs after it. */
  readonly before: number;
  readonly after: Readonly<Record<string, number>>;
}

export interface TaskResult {
  readonly kind: Task['kind'];
  readonly seed: number;
  /** On the test set, which played no part in training. */
  readonly accuracy: number;
  readonly loss: number;
  readonly seconds: number;
  readonly curve: readonly CurvePoint[];
  readonly spectra: readonly LayerEnergies[];
}

const engine = { allowProcessFlags: true } as const;

async function train(
  network: { readonly graph: Network['graph']; readonly weights?: Network['weights'] },
  { training }: Digits,
  settings: TrainSettings,
  teacher?: Network,
): Promise<Network> {
  const start = startTraining(network, { training }, settings);
  const hooks = teacher === undefined ? engine : { ...engine, teacher };
  return (await continueTraining(start, { training }, hooks)).network;
}

/** Networks run compiled while samples are taken of their layers. */
const prepare = (network: Network) => compile(network, engine);

/** One rank, plain or calibrated: accuracy before and after fine-tuning. */
async function curvePoint(
  original: Network,
  digits: Digits,
  { seed, scale }: Task,
  rank: number,
  method: CurvePoint['method'],
): Promise<CurvePoint> {
  const calibration =
    method === 'plain' ? {} : { calibration: inputsOf(digits.training, calibrationImages), sequential: true };
  const options = { rank, force: true, foldBatchNorm: false, prepare, seed, ...calibration };
  const { network, report } = await decomposeNetwork(original, options);
  const before = await evaluate(network, digits.test, engine);
  const after: Record<string, number> = {};
  for (const epochs of scale.fineTuneEpochs) {
    const tuned = await train(network, digits, fineTuneSettings(seed, epochs), original);
    after[epochs] = (await evaluate(tuned, digits.test, engine)).accuracy;
  }
  const { macsAfter: macs, paramsAfter: params } = report.totals;
  return { rank, method, macs, params, before: before.accuracy, after };
}

/** Trains a network; a standard one is decomposed at every rank afterwards. */
export async function runTask(task: Task, say: (what: string) => void): Promise<TaskResult> {
  const start = performance.now();
  const { kind, seed, scale } = task;
  const digits = loadDigits(scale.thinning);
  const graph = digitNetwork({ separable: kind === 'separable' });
  const network = await train({ graph }, digits, trainingSettings(seed, scale.epochs));
  const { accuracy, loss } = await evaluate(network, digits.test, engine);
  const seconds = (performance.now() - start) / 1000;
  say(`trained to ${(100 * accuracy).toFixed(2)} % in ${seconds.toFixed(0)} s`);
  const curve: CurvePoint[] = [];
  if (kind === 'standard') {
    for (const rank of scale.ranks) {
      for (const method of ['plain', 'calibrated'] as const) {
        curve.push(await curvePoint(network, digits, task, rank, method));
      }
      say(`decomposed at rank ${rank}`);
    }
  }
  // One seed's are enough to look at.
  const isShown = kind === 'standard' && seed === scale.seeds[0];
  const spectra = isShown ? energiesOf(network, `digits-standard, seed ${seed}`) : [];
  return { kind, seed, accuracy, loss, seconds, curve, spectra };
}
