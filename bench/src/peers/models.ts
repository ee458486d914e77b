/** @file The networks that are compared, by names such as `v1-1.0-224`. */
import { foldBatchNorm, type Graph, initializeWeights, type Network } from '@sepconv/graph';
import { mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';

/** Generation, width and resolution. */
export interface ModelName {
  readonly generation: 1 | 2;
  readonly width: number;
  readonly resolution: number;
}

/** What is compared by default: the networks as published, and each at half the width. */
export const defaultModels = ['v1-1.0-224', 'v2-1.0-224', 'v1-0.5-160', 'v2-0.5-160'] as const;

/** Seeds of all weights and inputs: everybody computes the same numbers. */
const seed = 1;

const form = /^v([12])-(\d+(?:\.\d+)?)-(\d+)$/;

/** Reads `v1-1.0-224`. */
export function parseModelName(text: string): ModelName {
  const match = form.exec(text);
  if (match === null)
    throw new Error(
      `"${text}" is no model: they are called like v1-1.0-224, for MobileNetV1 at width 1.0 and 224 pixels`,
    );
  return { generation: Number(match[1]) as 1 | 2, width: Number(match[2]), resolution: Number(match[3]) };
}

/** The network as built, with BatchNorm. */
function graphOf(text: string): Graph {
  const { generation, width, resolution } = parseModelName(text);
  return (generation === 1 ? mobileNetV1 : mobileNetV2)({ width, resolution });
}

/** A network with weights and an input, as every contender gets it. */
export interface BenchModel {
  /** As built: what @sepconv and the reference get. */
  readonly network: Network;
  /** With BatchNorm folded, as exporters do it: what the peers' models are made of. */
  readonly folded: Network;
  readonly input: Tensor<'float32'>;
}

/** The model of a name; the same numbers in every process. */
export function buildModel(text: string): BenchModel {
  const graph = graphOf(text);
  const network = { graph, weights: initializeWeights(graph, seed) };
  const input = randomTensor((graph.inputs[0] as Graph['inputs'][number]).shape, createRandom(seed));
  return { network, folded: foldBatchNorm(network), input };
}
