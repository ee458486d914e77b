/** @file A network's layers under the roofline of a machine that two numbers describe. The model is cost-model's. */
import {
  attainableFlops,
  type LayerType,
  type Machine,
  type PassCost,
  parseMachine,
  roofline,
} from '@sepconv/cost-model';

/** A machine as the reader describes it. */
export interface MachineSettings {
  /** Billions of floating-point operations a second, two for a multiply-add. */
  readonly gigaflops: number;
  /** Billions of bytes a second from memory. */
  readonly bandwidth: number;
}

/** One core of a current laptop, about. */
export const defaultMachine: MachineSettings = { gigaflops: 50, bandwidth: 12 };

/** The same as the cost model takes it. */
const machineOf = ({ gigaflops, bandwidth }: MachineSettings): Machine =>
  parseMachine({ peakGflops: gigaflops, bandwidthGBs: bandwidth });

/** What was measured in this browser: the machine, and the milliseconds of each layer by its name. */
export interface MeasuredLayers {
  readonly machine: MachineSettings;
  readonly milliseconds: ReadonlyMap<string, number>;
  /** Whether the times have settled. */
  readonly isSteady: boolean;
}

/** A layer that computes something. */
export interface RooflineLayer {
  readonly name: string;
  readonly type: LayerType;
  /** FLOP per byte. */
  readonly intensity: number;
  /** What the machine allows at that intensity, GFLOP/s. */
  readonly gigaflops: number;
  /** What it reached here, GFLOP/s; absent where it was not measured. */
  readonly reached?: number;
  readonly macs: number;
  readonly milliseconds: number;
  readonly boundBy: 'arithmetic' | 'memory';
}

/** All of a network's layers under a roofline. */
export interface RooflineView {
  readonly layers: readonly RooflineLayer[];
  /** The least time of all layers together, those without multiply-adds included. */
  readonly milliseconds: number;
  /** Of that time, the share in layers that memory bounds. */
  readonly memoryShare: number;
  /** FLOP per byte from which on arithmetic bounds. */
  readonly ridge: number;
  /** The least time of the layers with multiply-adds, which are those that can be measured. */
  readonly leastMs: number;
  /** What these took here, in milliseconds; absent where they were not measured. */
  readonly measuredMs?: number;
}

const bytesOf = ({ readBytes, writtenBytes }: PassCost): number => readBytes + writtenBytes;

/**
 * Where each layer stands, and what the whole network needs at least. The layers are the passes over memory that the engine
 * makes, so that these numbers are those of `sepconv profile`.
 */
export function rooflineView(
  layers: readonly PassCost[],
  settings: MachineSettings,
  measured?: MeasuredLayers,
): RooflineView {
  const machine = machineOf(settings);
  const times = layers.map((layer) => roofline({ flops: layer.flops, bytes: bytesOf(layer) }, machine));
  const milliseconds = times.reduce((sum, time) => sum + time.milliseconds, 0);
  const inMemory = times
    .filter(({ boundBy }) => boundBy === 'memory')
    .reduce((sum, time) => sum + time.milliseconds, 0);
  const shown = layers.flatMap((layer, index): RooflineLayer[] => {
    if (layer.macs === 0) return [];
    const { name, type, macs, flops } = layer;
    const { intensity, milliseconds: ms, boundBy } = times[index]!;
    const gigaflops = attainableFlops(machine, intensity, bytesOf(layer)) / 1e9;
    const took = measured?.milliseconds.get(name);
    const reached = took === undefined ? {} : { reached: flops / took / 1e6 };
    return [{ name, type, intensity, gigaflops, macs, milliseconds: ms, boundBy, ...reached }];
  });
  return {
    layers: shown,
    milliseconds,
    memoryShare: milliseconds === 0 ? 0 : inMemory / milliseconds,
    ridge: settings.gigaflops / settings.bandwidth,
    leastMs: shown.reduce((sum, layer) => sum + layer.milliseconds, 0),
    ...(measured && { measuredMs: [...measured.milliseconds.values()].reduce((sum, took) => sum + took, 0) }),
  };
}
