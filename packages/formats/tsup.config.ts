import { buildConfig } from '../../tsup.base.ts';

export default buildConfig({
  index: 'src/index.ts',
  onnx: 'src/onnx.ts',
  safetensors: 'src/safetensors.ts',
  tfjs: 'src/tfjs.ts',
  tflite: 'src/tflite.ts',
});
