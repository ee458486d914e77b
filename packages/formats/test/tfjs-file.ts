/** @file Small TF.js models for tests. */
import type { TfjsParts } from '../src/tfjs.js';

/** A weight of a test's model: numbers counted up from `first` in quarters. */
export interface TestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly first?: number;
}

/** The manifest and the one shard of these weights. */
export function weightsOf(weights: readonly TestWeight[]): {
  manifest: object[];
  shards: Map<string, Uint8Array>;
} {
  const data = weights.flatMap(({ shape, first = -1 }) =>
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => first + (i % 16) / 4),
  );
  const entries = weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  return {
    manifest: [{ paths: ['group1-shard1of1.bin'], weights: entries }],
    shards: new Map([['group1-shard1of1.bin', new Uint8Array(Float32Array.from(data).buffer)]]),
  };
}

/** A layer behind others. */
export const layer = (className: string, name: string, reads: readonly string[], config: object = {}) => ({
  class_name: className,
  name,
  config: { name, ...config },
  inbound_nodes: reads.length === 0 ? [] : [reads.map((read) => [read, 0, 0, {}])],
});

/** A model of a convolution with BatchNorm, a residual addition, pooling and a dense layer. */
export function layersModel(): TfjsParts {
  const { manifest, shards } = weightsOf([
    { name: 'conv/kernel', shape: [3, 3, 2, 2] },
    { name: 'norm/gamma', shape: [2] },
    { name: 'norm/beta', shape: [2] },
    { name: 'norm/moving_mean', shape: [2] },
    { name: 'norm/moving_variance', shape: [2], first: 1 },
    { name: 'dense/kernel', shape: [2, 3] },
    { name: 'dense/bias', shape: [3] },
  ]);
  const layers = [
    layer('InputLayer', 'image', [], { batch_input_shape: [null, 5, 4, 2] }),
    layer('Conv2D', 'conv', ['image'], { kernel_size: [3, 3], padding: 'same', use_bias: false }),
    layer('BatchNormalization', 'norm', ['conv'], { axis: 3 }),
    layer('Activation', 'relu', ['norm'], { activation: 'relu6' }),
    layer('Add', 'sum', ['relu', 'image']),
    layer('GlobalAveragePooling2D', 'pool', ['sum']),
    layer('Dense', 'dense', ['pool'], { units: 3, activation: 'softmax' }),
  ];
  const config = { name: 'tiny', layers, input_layers: [['image', 0, 0]], output_layers: [['dense', 0, 0]] };
  const model = {
    modelTopology: { model_config: { class_name: 'Functional', config } },
    weightsManifest: manifest,
  };
  return { model, shards };
}

/** A graph model of a fused convolution, pooling, a computed shape and a softmax. */
export function graphModel(): TfjsParts {
  const { manifest, shards } = weightsOf([
    { name: 'w', shape: [3, 3, 2, 2] },
    { name: 'b', shape: [2] },
    { name: 'to', shape: [2] },
  ]);
  new DataView(shards.values().next().value?.buffer as ArrayBuffer).setFloat32(4 * 38, 1, true);
  new DataView(shards.values().next().value?.buffer as ArrayBuffer).setFloat32(4 * 39, -1, true);
  const ints = (...list: number[]) => ({ list: { i: list.map(String) } });
  const dim = ['-1', '5', '4', '2'].map((size) => ({ size }));
  const constant = (name: string) => ({ name, op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } });
  const window = { strides: ints(1, 1, 1, 1), padding: { s: btoa('SAME') } };
  const fused = { ...window, fused_ops: { list: { s: [btoa('BiasAdd'), btoa('Relu6')] } } };
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim } } } },
    ...['w', 'b', 'to'].map(constant),
    { name: 'conv', op: '_FusedConv2D', input: ['x', 'w', 'b'], attr: fused },
    { name: 'pool', op: 'MaxPool', input: ['conv'], attr: { ...window, ksize: ints(1, 2, 2, 1) } },
    { name: 'flat', op: 'Reshape', input: ['pool', 'to'] },
    { name: 'y', op: 'Softmax', input: ['flat', '^pool'] },
  ];
  const signature = { outputs: { probabilities: { name: 'y:0' } } };
  const model = { format: 'graph-model', signature, modelTopology: { node }, weightsManifest: manifest };
  return { model, shards };
}
