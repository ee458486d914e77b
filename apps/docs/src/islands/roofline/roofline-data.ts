/** @file A network's layers under the roofline of a machine that two numbers describe. The model is cost-model's. */
import {
  attainableFlops,
  type LayerCost,
  type LayerType,
  type Machine,
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

/** A layer that computes something. */
export interface RooflineLayer {
  readonly name: string;
  readonly type: LayerType;
  /** FLOP per byte. */
  readonly intensity: number;
  /** What the machine allows at that intensity, GFLOP/s. */
  readonly gigaflops: number;
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
}

const bytesOf = ({ readBytes, writtenBytes }: LayerCost): number => readBytes + writtenBytes;

/** Where each layer stands, and what the whole network needs at least. */
export function rooflineView(layers: readonly LayerCost[], settings: MachineSettings): RooflineView {
  const machine = machineOf(settings);
  const times = layers.map((layer) => roofline({ flops: layer.flops, bytes: bytesOf(layer) }, machine));
  const milliseconds = times.reduce((sum, time) => sum + time.milliseconds, 0);
  const inMemory = times
    .filter(({ boundBy }) => boundBy === 'memory')
    .reduce((sum, time) => sum + time.milliseconds, 0);
  return {
    layers: layers.flatMap((layer, index) => {
      if (layer.macs === 0) return [];
      const { intensity, milliseconds: ms, boundBy } = times[index]!;
      const gigaflops = attainableFlops(machine, intensity, bytesOf(layer)) / 1e9;
      return [
        {
          name: layer.name,
          type: layer.type,
          intensity,
          gigaflops,
          macs: layer.macs,
          milliseconds: ms,
          boundBy,
        },
      ];
    }),
    milliseconds,
    memoryShare: milliseconds === 0 ? 0 : inMemory / milliseconds,
    ridge: settings.gigaflops / settings.bandwidth,
  };
}
