/** @file The float network as one of integer ops, with conversions at the seams. */

import { eliminateDeadNodes, type Network, type StoredAs } from '@sepconv/graph';
import { SepconvError } from '@sepconv/tensor';
import type { PlannedLayer, QuantizationPlan } from '@sepconv/train/quantization';
import { QuantizeError } from '../errors.js';
import { Emitter } from './emitter.js';
import { emitInteger, emitMoved, type IntegerWeights, type LayerCall } from './integer-layers.js';

/** What inputs and outputs of the network are: real numbers, as before, or the integers inside. */
export type Boundary = 'float32' | 'integer';

/** All that is decided before a graph is written. */
export interface Decisions {
  readonly plan: QuantizationPlan;
  /** How each value is stored that is integers; parameters of sums and products among them. */
  readonly storage: ReadonlyMap<string, StoredAs>;
  /** The weights of each layer that computes with integers, by its output. */
  readonly weights: ReadonlyMap<string, IntegerWeights>;
  readonly boundary: Boundary;
}

/** A network of integers. */
export interface ConvertedNetwork {
  readonly network: Network;
  /** The names under which values of the float network are there in integers. */
  readonly storedNames: ReadonlyMap<string, string>;
}

/** Values that keep real numbers under their names: what float layers compute, and inputs and outputs unless they are integers. */
function realNamesOf(float: Network, { plan, boundary }: Decisions): ReadonlySet<string> {
  const { graph } = float;
  const isFloat = new Set(
    plan.layers.flatMap(({ arithmetic, output }) => (arithmetic === 'float' ? [output] : [])),
  );
  const ends = boundary === 'float32' ? [...graph.inputs.map(({ name }) => name), ...graph.outputs] : [];
  return new Set([...isFloat, ...ends]);
}

function emitFloat(emitter: Emitter, { node, output, clamp, names }: PlannedLayer): void {
  const inputs = node.inputs.map((value) => emitter.real(value));
  if (clamp === undefined) {
    emitter.builder.node(node.op, inputs, node.attributes as never, output);
  } else {
    const inner = emitter.builder.node(
      node.op,
      inputs,
      node.attributes as never,
      emitter.builder.uniqueName(names[0] as string),
    );
    const bounds = {
      ...(clamp.min > -Infinity && { min: clamp.min }),
      ...(clamp.max < Infinity && { max: clamp.max }),
    };
    if (clamp.min === 0 && clamp.max === Infinity) emitter.builder.node('relu', [inner], {}, output);
    else if (clamp.min === 0 && clamp.max === 6) emitter.builder.node('relu6', [inner], {}, output);
    else emitter.builder.node('clamp', [inner], bounds, output);
  }
  emitter.defineReal(output);
}

/** A layer whose numbers do not fit the arithmetic of integers, though its op does. */
export class LayerObstacle extends QuantizeError {
  override readonly name: string = 'LayerObstacle';
  readonly output: string;

  constructor(output: string, cause: SepconvError) {
    super(cause.message, { cause });
    this.output = output;
  }
}

function withinLayer({ output }: PlannedLayer, emit: () => void): void {
  try {
    emit();
  } catch (error) {
    if (error instanceof SepconvError) throw new LayerObstacle(output, error);
    throw error;
  }
}

/**
 * The network of integers that was decided on.
 *
 * @throws {LayerObstacle} at the first layer whose scales no factor joins.
 */
export function convertNetwork(float: Network, decisions: Decisions): ConvertedNetwork {
  const { plan, storage, weights, boundary } = decisions;
  const emitter = new Emitter(
    float,
    (value) => storage.get(value) as StoredAs,
    realNamesOf(float, decisions),
  );
  for (const { name, shape, dtype } of float.graph.inputs) {
    const as = boundary === 'integer' ? storage.get(name) : undefined;
    emitter.input(name, shape, as?.dtype ?? dtype, as);
  }
  const storedNames = new Map<string, string>();
  for (const layer of plan.layers) {
    const { output, arithmetic } = layer;
    if (arithmetic === 'float') {
      emitFloat(emitter, layer);
      continue;
    }
    const as = storage.get(output) as StoredAs;
    const call: LayerCall = { layer, emitter, as, weights: weights.get(output) };
    const name = emitter.nameOf(output);
    withinLayer(layer, () => (arithmetic === 'integer' ? emitInteger : emitMoved)(call, name));
    emitter.defineStored(output, name, as);
    storedNames.set(output, name);
  }
  const produced = new Set(
    plan.layers.flatMap(({ arithmetic, output }) => (arithmetic === 'float' ? [] : [output])),
  );
  const outputs = float.graph.outputs.map((name) =>
    boundary === 'integer' && produced.has(name) ? emitter.stored(name) : emitter.real(name),
  );
  return { network: eliminateDeadNodes(emitter.build(outputs)), storedNames };
}
