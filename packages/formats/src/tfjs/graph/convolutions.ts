import { dilatedExtent } from '@sepconv/graph';
import { reshapeTensor, type Tensor } from '@sepconv/tensor';
import { type TransposedCut, transposedCut } from '../../convolution.js';
import { quote, refuse } from '../../errors.js';
import { emitActivation } from '../activations.js';
import type { NodeCall, NodeValue } from './context.js';

/** What a fused op does behind its sum. */
interface Fused {
  readonly bias?: Tensor<'float32'>;
  /** Appends the activation, if there is one. */
  activate(value: string, name: string): string;
  readonly isActivated: boolean;
}

/** The parts of `_Fused…` ops: BiasAdd, and an activation that may have an input or a number of its own. */
function readFused(call: NodeCall): Fused {
  const { node, emitter } = call;
  const [first, second, ...others] = node.texts('fused_ops');
  if (first !== undefined && first !== 'BiasAdd') {
    refuse(`has ${quote(first)} fused first, which is not supported; BiasAdd is`);
  }
  if (others.length > 0) refuse(`has ${others.length + 2} ops fused, but at most two are supported`);
  const bias = first === undefined ? undefined : call.tensor(2);
  const activate = (value: string, name: string): string => {
    switch (second) {
      case undefined:
        return value;
      case 'Prelu':
        return emitter.node('prelu', [value, call.value(3)], {}, name);
      case 'LeakyRelu':
        return emitter.node('leaky-relu', [value], { slope: node.number('leakyrelu_alpha', 0.2) }, name);
      case 'Relu':
      case 'Relu6':
      case 'Elu':
      case 'Sigmoid':
        return emitActivation(emitter, second.toLowerCase(), value, name);
      default:
        return refuse(`has ${quote(second)} fused, which is not supported`);
    }
  };
  return { activate, isActivated: second !== undefined, ...(bias && { bias }) };
}

/** Emits an op with what is fused behind it; the last node has the name of the file's. */
function emitFused(
  call: NodeCall,
  op: string,
  emit: (bias: Tensor<'float32'> | undefined, name: string) => string,
): NodeValue {
  const { bias, activate, isActivated } = readFused(call);
  const inner = emit(bias, isActivated ? `${call.name}/${op}` : call.name);
  return { kind: 'value', name: activate(inner, call.name) };
}

/** Conv2D and _FusedConv2D: filter `[K_h, K_w, C_in / groups, C_out]`. */
export function readConv2d(call: NodeCall): NodeValue {
  const weight = call.tensor(1, 4);
  return emitFused(call, 'conv2d', (bias, name) =>
    call.emitter.convolution(call.value(0), { weight, bias }, call.window(), name),
  );
}

/** DepthwiseConv2dNative and its fused form: filter `[K_h, K_w, C, M]`. */
export function readDepthwise(call: NodeCall): NodeValue {
  const weight = call.tensor(1, 4);
  return emitFused(call, 'depthwise-conv2d', (bias, name) =>
    call.emitter.depthwise(call.value(0), { weight, bias }, call.window(), name),
  );
}

/** MatMul and _FusedMatMul with a constant second matrix. */
export function readMatMul(call: NodeCall): NodeValue {
  const { node } = call;
  if (node.boolean('transpose_a')) refuse('transposes its first matrix, which is not supported');
  const stored = call.tensor(1, 2);
  const weight = node.boolean('transpose_b') ? call.emitter.derived.transpose(stored, [1, 0]) : stored;
  return emitFused(call, 'dense', (bias, name) => call.emitter.dense(call.value(0), { weight, bias }, name));
}

/**
 * Conv2DBackpropInput, a transposed convolution: the output's shape, the filter `[K_h, K_w, C_out, C_in]`, and the image.
 */
export function readConv2dBackpropInput(call: NodeCall): NodeValue {
  const { emitter } = call;
  const wanted = call.integers(0, 'the output shape');
  const stored = call.tensor(1, 4);
  const { strides, dilations, padding } = call.window();
  const image = emitter.imageShape(call.value(2));
  if (typeof padding === 'object') refuse('has explicit padding, which is not supported here');
  const along = (axis: 0 | 1): TransposedCut => {
    const window = dilatedExtent(stored.shape[axis] as number, dilations[axis]);
    const whole = ((image[axis + 1] as number) - 1) * strides[axis] + window;
    return transposedCut(whole, wanted[axis + 1] ?? Number.NaN, padding === 'same');
  };
  const [height, width] = [along(0), along(1)];
  const turned = emitter.derived.transpose(stored, [0, 1, 3, 2]);
  const weight = emitter.parameter(`${call.name}/weight`, turned, 'weight');
  return call.emit('conv-transpose2d', [call.value(2), weight], {
    strides,
    dilations,
    groups: 1,
    padding: { top: height.before, bottom: height.after, left: width.before, right: width.after },
    outputPadding: [height.added, width.added],
  });
}

/** BiasAdd: one number per channel. */
export function readBiasAdd(call: NodeCall): NodeValue {
  call.expectChannelsLast();
  return call.emit('add', [call.value(0), call.value(1)], {});
}

/** FusedBatchNorm: scale, offset, mean and variance, all of the channels. */
export function readFusedBatchNorm(call: NodeCall): NodeValue {
  call.expectChannelsLast();
  if (call.node.boolean('is_training')) refuse('normalizes by the statistics of its input, as in training');
  const flat = (index: number): Tensor<'float32'> => {
    const tensor = call.tensor(index);
    return reshapeTensor(tensor, [tensor.data.length]);
  };
  const statistics = [flat(1), flat(2), flat(3), flat(4)] as const;
  const epsilon = call.node.number('epsilon', 1e-4);
  return { kind: 'value', name: call.emitter.batchNorm(call.value(0), statistics, epsilon, call.name) };
}
