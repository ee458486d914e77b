/** @file What calls are made of, and what most of them are given. */
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { conv2d, dense, GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';
import { zeros } from '@sepconv/tensor';
import type { Dataset } from '@sepconv/train';

/** A function, and arguments that it takes. */
export interface MeantCall {
  readonly name: string;
  readonly call: (...given: never[]) => unknown;
  /** Made anew for each call: what a call changes is nobody else's. */
  readonly meant: () => readonly unknown[];
  /** Whether a call takes long, so that fewer are made. */
  readonly isSlow?: boolean;
}

function smallNetwork(): Network {
  const builder = new GraphBuilder('small');
  const image = builder.input('image', [1, 4, 4, 3]);
  const features = conv2d(builder, image, { filters: 4, kernel: 3 });
  const pooled = builder.node('global-average-pool2d', [features], {});
  const graph = builder.build([dense(builder, pooled, { filters: 3 })]);
  return { graph, weights: initializeWeights(graph, 1) };
}

export const network = smallNetwork();
export const onnx = writeOnnx(network, {
  labels: ['a', 'b', 'c'],
  normalization: { mean: 0, standardDeviation: 255 },
});
export const image = () => zeros('float32', [1, 4, 4, 3]);
export const pixels = () => ({ data: new Uint8Array(6 * 5 * 3), width: 6, height: 5 });
export const dataset = (): Dataset => ({
  shape: [4, 4, 3],
  pixels: new Uint8Array(4 * 48),
  labels: [0, 1, 2, 0],
  classes: ['a', 'b', 'c'],
  normalization: { mean: 0, standardDeviation: 255 },
});

export const call = (
  name: string,
  run: (...given: never[]) => unknown,
  meant: () => readonly unknown[],
): MeantCall => ({ name, call: run, meant });
