/** @file Networks for who has no model file at hand: built and written as ONNX in the browser, with seeded weights. */
import { writeOnnx } from '@sepconv/formats/onnx';
import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import type { ExampleName } from './example-names.js';

const graphs = {
  'mobilenet-v1-standard': () => mobileNetV1({ width: 0.25, resolution: 128, separable: false }),
  'mobilenet-v2': () => mobileNetV2({ width: 0.35, resolution: 96 }),
};

/** The bytes of an ONNX file. */
export function exampleFile(name: ExampleName): Uint8Array {
  const graph = graphs[name]();
  return writeOnnx({ graph, weights: initializeWeights(graph, 1) });
}
