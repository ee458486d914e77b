/** @file Each op of real numbers in integers. */

import { activationTable, clippedTo, softmaxTable } from '@sepconv/formats/tflite';
import { type Activation, activationOf, functionOf, type NodeOf, type StoredAs } from '@sepconv/graph';
import { createTensor, storedRange, type Tensor } from '@sepconv/tensor';
import { isWeighted, type PlannedLayer, type QuantizedWeight } from '@sepconv/train/quantization';
import { QuantizeError } from '../errors.js';
import { quantizeBias } from '../integer-bias.js';
import type { LayerWeights } from '../layer-weights.js';
import type { Emitter } from './emitter.js';

/** The weights of a layer, as real numbers and as integers; its bias may have been corrected. */
export interface IntegerWeights extends LayerWeights {
  readonly quantized: QuantizedWeight;
}

/** What a layer's node is made of. */
export interface LayerCall {
  readonly layer: PlannedLayer;
  readonly emitter: Emitter;
  /** How the result is stored, without the bounds of its clamp. */
  readonly as: StoredAs;
  readonly weights: IntegerWeights | undefined;
}

const noPadding = { top: 0, bottom: 0, left: 0, right: 0 };

/** Weight and bias of a layer as parameters, the weight under another shape with the output channels last. */
function weightNames(
  { layer: { node }, emitter }: LayerCall,
  { names, quantized, bias }: IntegerWeights,
  shape: readonly number[],
): string[] {
  const { data, scale } = quantized;
  const zeroPoint = scale.map(() => 0);
  const weight = createTensor('int8', shape, data, {
    scale,
    zeroPoint,
    ...(scale.length > 1 && { axis: shape.length - 1 }),
  });
  const weightName = emitter.parameter(`${names.weight}`, weight, 'weight');
  if (bias === undefined) return [weightName];
  const inputScale = emitter.storageOf(node.inputs[0] as string).scale;
  const integers = quantizeBias(bias, inputScale, scale, `${node.op} "${node.name}"`);
  const biasName = names.bias ?? `${node.name}/bias`;
  return [
    weightName,
    emitter.parameter(biasName, createTensor('int32', [integers.length], integers), 'bias'),
  ];
}

/** The convolution that a layer is, its weights `[K_h, K_w, C_in / groups, C_out]`. */
function emitConvolution(call: LayerCall, weights: IntegerWeights, output: StoredAs, name: string): void {
  const { layer, emitter } = call;
  const node = layer.node as NodeOf<'conv2d'> | NodeOf<'depthwise-conv2d'> | NodeOf<'pointwise-conv2d'>;
  const [height = 1, width = 1, inputs = 1] = weights.shape;
  const input = emitter.stored(node.inputs[0] as string);
  const isDepthwise = node.op === 'depthwise-conv2d';
  const shape = isDepthwise ? [height, width, 1, weights.channels] : weights.shape;
  const window =
    node.op === 'pointwise-conv2d'
      ? ({ strides: [1, 1], dilations: [1, 1], padding: noPadding } as const)
      : node.attributes;
  const { strides, dilations, padding } = window;
  const groups = isDepthwise ? inputs : node.op === 'conv2d' ? node.attributes.groups : 1;
  emitter.builder.node(
    'quantized-conv2d',
    [input, ...weightNames(call, weights, shape)],
    { strides, dilations, padding, groups, output },
    name,
  );
}

function emitProduct(call: LayerCall, output: StoredAs, name: string): void {
  const { layer, emitter } = call;
  const weights = call.weights as IntegerWeights;
  const { node } = layer;
  if (node.op !== 'dense' && node.op !== 'matmul') {
    emitConvolution(call, weights, output, name);
    return;
  }
  const input = emitter.stored(node.inputs[0] as string);
  const names = weightNames(call, weights, weights.shape.slice(-2));
  emitter.builder.node('quantized-matmul', [input, ...names], { output }, name);
}

/** A difference is a sum with the second one's bits turned, which count from as far on the other side of the zero point. */
function turned(emitter: Emitter, value: string): string {
  const { dtype, scale, zeroPoint } = emitter.storageOf(value);
  const { min, max } = storedRange(dtype);
  const quantization = { scale: [scale], zeroPoint: [min + max - zeroPoint] };
  const entries = Array.from({ length: 256 }, (_, index) => max - index);
  const data = dtype === 'int8' ? Int8Array.from(entries) : Uint8Array.from(entries);
  const table = createTensor(dtype, [256], data as never, quantization);
  const name = emitter.parameter(`${value}/turned-table`, table, 'constant');
  return emitter.builder.node(
    'lookup',
    [emitter.stored(value), name],
    {},
    emitter.builder.uniqueName(`${value}/turned`),
  );
}

/** Any function of one number as a table: its value for each real number that is stored, rounded once. */
function functionTable(activation: Activation, input: StoredAs, output: StoredAs): Tensor {
  const of = functionOf(activation);
  const [from, to] = [storedRange(input.dtype), storedRange(output.dtype)];
  const entries = Array.from({ length: 256 }, (_, index) => {
    const value = of(input.scale * (index + from.min - input.zeroPoint));
    // Where it has no value nothing was observed, either.
    const steps = Number.isNaN(value) ? 0 : value / output.scale;
    return Math.min(to.max, Math.max(to.min, Math.round(steps) + output.zeroPoint));
  });
  const data = output.dtype === 'int8' ? Int8Array.from(entries) : Uint8Array.from(entries);
  const quantization = { scale: [output.scale], zeroPoint: [output.zeroPoint] };
  return createTensor(output.dtype, [256], data as never, quantization);
}

/** A slope below 0, or one for each channel, as a table for each. */
function emitPrelu({ layer: { node }, emitter, as }: LayerCall, name: string): void {
  const [input = '', slopes = ''] = node.inputs;
  const stored = emitter.stored(input);
  const storage = emitter.storageOf(input);
  const rows = Array.from(emitter.constantOf(slopes).data, (slope) => {
    const leaky = { kind: 'leaky-relu', slope } as const;
    return activationTable(leaky, storage, as) ?? functionTable(leaky, storage, as);
  });
  const entries = rows.flatMap(({ data }) => Array.from(data, Number));
  const data = as.dtype === 'int8' ? Int8Array.from(entries) : Uint8Array.from(entries);
  const quantization = { scale: [as.scale], zeroPoint: [as.zeroPoint] };
  const shape = rows.length === 1 ? [256] : [rows.length, 256];
  const table = createTensor(as.dtype, shape, data as never, quantization);
  const parameter = emitter.parameter(`${node.name}/table`, table, 'constant');
  emitter.builder.node('lookup', [stored, parameter], {}, name);
}

/** A function of one number, as a table. */
function emitTable({ layer: { node }, emitter, as }: LayerCall, name: string): void {
  const activation = activationOf(node);
  const [input = ''] = node.inputs;
  const stored = emitter.stored(input);
  if (activation === undefined)
    throw new QuantizeError(
      `${node.op} "${node.name}" is no function of one number: keep it in real numbers`,
    );
  const storage = emitter.storageOf(input);
  const table = activationTable(activation, storage, as) ?? functionTable(activation, storage, as);
  const parameter = emitter.parameter(`${node.name}/table`, table, 'constant');
  emitter.builder.node('lookup', [stored, parameter], {}, name);
}

/** Emits the node that computes a layer's result in integers, under this name. */
export function emitInteger(call: LayerCall, name: string): void {
  const { layer, emitter, as } = call;
  const { node, clamp } = layer;
  const output = clamp === undefined ? as : clippedTo(as, clamp);
  if (isWeighted(node.op)) {
    emitProduct(call, output, name);
    return;
  }
  switch (node.op) {
    case 'add':
    case 'mul': {
      const operands = node.inputs.map((value) => emitter.stored(value));
      emitter.builder.node(`quantized-${node.op}`, operands, { output }, name);
      return;
    }
    case 'sub': {
      const [a = '', b = ''] = node.inputs;
      const operands = [emitter.stored(a), turned(emitter, b)];
      emitter.builder.node('quantized-add', operands, { output }, name);
      return;
    }
    case 'prelu':
      emitPrelu(call, name);
      return;
    case 'softmax': {
      const input = emitter.stored(node.inputs[0] as string);
      const { scale } = emitter.storageOf(node.inputs[0] as string);
      const table = emitter.parameter(`${node.name}/table`, softmaxTable(scale), 'constant');
      emitter.builder.node('quantized-softmax', [input, table], { output: as }, name);
      return;
    }
    case 'global-average-pool2d':
      emitter.builder.node(
        'quantized-global-average-pool2d',
        [emitter.stored(node.inputs[0] as string)],
        { output },
        name,
      );
      return;
    default:
      emitTable(call, name);
  }
}

/** Emits a node that moves integers, under this name. */
export function emitMoved({ layer: { node }, emitter, as }: LayerCall, name: string): void {
  const inputs = node.inputs.map((value) => emitter.storedAs(value, as));
  switch (node.op) {
    case 'resize2d': {
      const { size, coordinates } = node.attributes;
      emitter.builder.node('quantized-resize2d', inputs, { size, coordinates: coordinates as never }, name);
      return;
    }
    case 'pad': {
      const { min, max } = storedRange(as.dtype);
      const value = Math.round(node.attributes.value / as.scale) + as.zeroPoint;
      const attributes = { ...node.attributes, value: Math.min(max, Math.max(min, value)) };
      emitter.builder.node('pad', inputs, attributes, name);
      return;
    }
    case 'average-pool2d':
      emitter.builder.node(
        'average-pool2d',
        inputs,
        { ...node.attributes, countIncludePadding: false },
        name,
      );
      return;
    default:
      emitter.builder.node(node.op, inputs, node.attributes as never, name);
  }
}
