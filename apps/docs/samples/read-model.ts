import { FormatError, readNetwork } from '@sepconv/formats';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { initializeWeights } from '@sepconv/graph';
import { graph } from './network.js';

// Any ONNX or TFLite file; this one is written on the spot.
const bytes = writeOnnx({ graph, weights: initializeWeights(graph, 1) });

const { network, inputs, format } = await readNetwork(bytes, {
  fileName: 'block.onnx',
});
const layers = network.graph.nodes.length;
console.log(`${format}, ${layers} layers, takes ${inputs[0]?.shape.join('×')}`);

// A file is somebody else's bytes: whatever they are, there is one class to catch.
try {
  await readNetwork(new Uint8Array());
} catch (error) {
  if (error instanceof FormatError) console.log(error.message);
}
// onnx, 4 layers, takes 1×32×32×16
// the file is empty: download the file itself, on GitHub by "raw"
