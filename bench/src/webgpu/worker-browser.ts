/** @file In a page: all contenders, each in a browser of its own. */
import { servePage } from '../harness/serve.ts';
import { assetPrefixes } from '../peers/asset-prefixes.ts';
import {
  type GpuContender,
  type Load,
  measureContender,
  measureLayers,
  ownContenders,
} from './measure-gpu.ts';

const contenders: Readonly<Record<GpuContender, Load>> = {
  ...ownContenders,
  'onnxruntime-web': async (model) => {
    const ort = await import('onnxruntime-web/webgpu');
    const { prepareOnnx } = await import('../peers/contenders/onnx.ts');
    ort.env.wasm.wasmPaths = `${assetPrefixes.onnxruntimeWeb}/`;
    ort.env.wasm.numThreads = 1;
    const options = { executionProviders: ['webgpu'], graphOptimizationLevel: 'all' } as const;
    const prepared = await prepareOnnx(ort, model, options, 'webgpu');
    return prepared.load() as ReturnType<Load>;
  },
  'tfjs-backend-webgpu': async ({ folded, input }) => {
    const tf = await import('@tensorflow/tfjs-core');
    await import('@tensorflow/tfjs-backend-webgpu');
    const { tfjsNetwork } = await import('../peers/contenders/tfjs-network.ts');
    await tf.setBackend('webgpu');
    await tf.ready();
    const network = tfjsNetwork(tf, folded);
    const shape = input.shape as [number, number, number, number];
    const run = async (): Promise<Float32Array> => {
      const output = tf.tidy(() => network(tf.tensor4d(input.data, shape)));
      const data = (await output.data()) as Float32Array;
      output.dispose();
      return data;
    };
    return { engine: tf.getBackend(), run };
  },
};

servePage({
  measure: (contender: GpuContender, model: string, rounds: number) =>
    measureContender(contenders[contender], model, rounds),
  layers: measureLayers,
});
