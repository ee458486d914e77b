/** @file Networks for who has no model file at hand: built and written as ONNX in the browser, with seeded weights. */
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { type ExampleName, exampleSizes } from './example-names.js';

const graphs = {
  'mobilenet-v1-standard': () => mobileNetV1({ ...exampleSizes['mobilenet-v1-standard'], separable: false }),
  'mobilenet-v2': () => mobileNetV2(exampleSizes['mobilenet-v2']),
};

/** The bytes of an ONNX file. */
export function exampleFile(name: ExampleName): Uint8Array {
  const graph = graphs[name]();
  return writeOnnx({ graph, weights: initializeWeights(graph, 1) });
}
