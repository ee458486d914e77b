import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { zeros } from '@sepconv/tensor';

// In a worker the page stays free while the network compiles and runs.
async function run() {
  const graph = mobileNetV1({ width: 0.25, resolution: 64 });
  const session = await compile({ graph, weights: initializeWeights(graph, 1) });
  const { shape } = session.run(zeros('float32', [1, 64, 64, 3]));
  console.log(`from a worker: ${shape.join('×')}`);
}

// Not at the top level: Vite's workers are scripts, which cannot wait there.
run();
// from a worker: 1×1000
