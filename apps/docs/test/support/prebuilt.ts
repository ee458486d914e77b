/** @file What `sepconv build` writes for a small network, for the sample that runs it. */
import { initializeWeights } from '@sepconv/graph';
import { emitStandalone, type StandaloneFiles } from '@sepconv/kernels/standalone';
import { mobileNetV1 } from '@sepconv/mobilenet';

/** The network of the samples in a browser: 32×32 pixels, 10 classes. */
export const sampleGraph = () => mobileNetV1({ width: 0.25, resolution: 32, classes: 10 });

/** `classifier.js`, `classifier.wasm`, `classifier.weights`, `classifier.d.ts`. */
export function prebuiltFiles(): StandaloneFiles {
  const graph = sampleGraph();
  return emitStandalone({ graph, weights: initializeWeights(graph, 1) }, { name: 'classifier' });
}
