/** @file How ops on quantized integers are written: as TFLite's own. */
import type { Node, NodeOf, OpName } from '@sepconv/graph';
import { storedRange, type Tensor, transposeTensor } from '@sepconv/tensor';
import { type ByteType, isByteType } from '../../byte-type.js';
import { refuse } from '../../errors.js';
import { softmaxTable } from '../integer/softmax.js';
import type { TfliteQuantization } from '../model.js';
import { flippedType, type TfliteWriter, type WrittenType } from './graph-writer.js';
import { bilinearFlags, writeMean, writeResizeOperator, writeWholePool } from './images.js';
import { lookupForm, writeLookup } from './lookups.js';
import { float32, inputOf, int8, int32, type OpWriter, options } from './op-writer.js';
import { hwioToOhwi, toDepthwise, windowed } from './products.js';
import { biasQuantization, boundsOf, clipped } from './stored.js';

/**
 * The type in which a product is computed: of int8, weights are stored around 0, and of uint8 with one scale; where both are possible,
 * the one in which the input is there.
 */
function productForm(writer: TfliteWriter, node: { readonly inputs: readonly string[] }): ByteType {
  const { dtype, quantization } = writer.typeOf(inputOf(node, 1));
  const { scale = [], zeroPoint = [] } = quantization ?? {};
  const middle = dtype === 'uint8' ? 128 : 0;
  const forms: ByteType[] = [];
  if (zeroPoint.every((zero) => zero === middle)) forms.push('int8');
  if (scale.length === 1) forms.push('uint8');
  const form = writer.formOf(inputOf(node, 0)) as ByteType;
  return (
    forms.find((one) => one === form) ??
    forms[0] ??
    refuse(
      'its weight has a scale for each channel and zero points beside 0, which TFLite has no operator for: quantize the weight symmetrically',
    )
  );
}

const products: ReadonlySet<OpName> = new Set<OpName>(['quantized-conv2d', 'quantized-matmul']);

/** The type of bytes in which a node's result is computed; its own where that does not matter. */
export function resultForm(writer: TfliteWriter, node: Node): WrittenType | undefined {
  const [output = ''] = node.outputs;
  // A softmax rounds in its own type.
  const isOwn = node.op === 'quantize' || node.op === 'quantized-softmax';
  if (isOwn || !isByteType(writer.typeOf(output).dtype)) return undefined;
  if (products.has(node.op)) return productForm(writer, node);
  if (node.op === 'lookup') return lookupForm(writer, node);
  const [input = ''] = node.inputs;
  return writer.formOf(input);
}

/** A weight as the operator has it, in the type of its input. */
function storedWeight(
  writer: TfliteWriter,
  name: string,
  type: ByteType,
  how: string,
  axis: number,
  make: (weight: Tensor) => Tensor,
): number {
  const weight = writer.expectWeight(name, 'the weight');
  // What its integers stand for is the graph's to say, and is along the operator's axis in the file.
  const { quantization: _, ...integers } = weight;
  return writer.constant(`${how} ${type} ${name}`, () => {
    const own = writer.inFile(name);
    const form = own.type === type ? own : flippedType(own);
    const { scale = [], zeroPoint = [] } = form.quantization ?? {};
    const flips = own.type !== type;
    const data = writer.view(weight, `${how} ${type}`, () => {
      const made = make(integers).data as Int8Array;
      if (!flips) return made;
      const flipped = Uint8Array.from(made, (value) => (value & 255) ^ 128);
      return type === 'int8' ? new Int8Array(flipped.buffer) : flipped;
    });
    const quantization = { scale, zeroPoint, axis: scale.length > 1 ? axis : 0 };
    // Only the shape is asked for here: the numbers are made once, above.
    const { shape } = make(integers);
    return { name, type, shape, data, quantization };
  });
}

/** The bias of a product, or where a runtime wants one and there is none, zeros. */
function storedBias(
  writer: TfliteWriter,
  name: string | undefined,
  quantization: TfliteQuantization,
  zeros: number | undefined,
): number[] {
  const key = `bias ${name ?? zeros} ${quantization.scale.join()}`;
  if (name === undefined && zeros === undefined) return [];
  const weight = name === undefined ? undefined : writer.expectWeight(name, 'the bias');
  const data = weight?.data ?? new Int32Array(zeros ?? 0);
  const shape = [data.length];
  return [writer.constant(key, () => ({ name: name ?? 'zeros', type: 'int32', shape, data, quantization }))];
}

const writeConv: OpWriter<'quantized-conv2d'> = (writer, node, target) => {
  const { groups, output: stored, ...attributes } = node.attributes;
  const [input, weightName] = [inputOf(node, 0), inputOf(node, 1)];
  const type = writer.tensorType(target.output).type as ByteType;
  const [height = 1, width = 1, depth = 1, outputs = 1] = writer.shapeOf(weightName);
  const isDepthwise = groups > 1 && depth === 1;
  const weight = isDepthwise
    ? storedWeight(writer, weightName, type, 'depthwise', 3, toDepthwise)
    : storedWeight(writer, weightName, type, 'OHWI', 0, hwioToOhwi);
  const said = { ...attributes, window: [height, width] } as const;
  const { image, fields } = windowed(writer, writer.value(input, type), said, target.name);
  const [inputType, weightType] = [writer.tensorType(image), writer.tensorType(weight)];
  const meaning = biasQuantization(inputType.quantization, weightType.quantization);
  const bias = storedBias(writer, node.inputs[2], meaning, outputs);
  const { dilations } = attributes;
  clipped(writer, target, stored, boundsOf.xnnpack, (output, activation) => {
    const more = isDepthwise
      ? [int32(3, outputs / groups), int8(4, activation), int32(5, dilations[1]), int32(6, dilations[0])]
      : [int8(3, activation), int32(4, dilations[1]), int32(5, dilations[0])];
    const [operator, kind] = isDepthwise ? (['DEPTHWISE_CONV_2D', 2] as const) : (['CONV_2D', 1] as const);
    writer.operator(operator, [image, weight, ...bias], [output], options(kind, ...fields, ...more));
  });
};

/** A dense layer over the last dimension: the runtime rounds products of two computed matrices otherwise. */
const writeMatmul: OpWriter<'quantized-matmul'> = (writer, node, target) => {
  const [input, weightName] = [inputOf(node, 0), inputOf(node, 1)];
  const type = writer.tensorType(target.output).type as ByteType;
  const shape = writer.shapeOf(weightName);
  if (shape.slice(0, -2).some((extent) => extent !== 1))
    refuse('TFLite has a product of integers with one matrix, not with one for each: write ONNX');
  const last = shape.length;
  const weight = storedWeight(writer, weightName, type, 'OI', 0, (tensor) =>
    transposeTensor({ ...tensor, shape: tensor.shape.slice(last - 2) } as Tensor, [1, 0]),
  );
  const value = writer.value(input, type);
  const rank = writer.tensorType(value).shape.length;
  const meaning = biasQuantization(
    writer.tensorType(value).quantization,
    writer.tensorType(weight).quantization,
  );
  const bias = storedBias(writer, node.inputs[2], meaning, undefined);
  clipped(writer, target, node.attributes.output, boundsOf.xnnpack, (output, activation) => {
    const keeps = int8(2, rank > 2 ? 1 : 0);
    writer.operator(
      'FULLY_CONNECTED',
      [value, weight, ...bias],
      [output],
      options(8, int8(0, activation), int8(1, 0), keeps),
    );
  });
};

const writeBinary =
  <Name extends 'quantized-add' | 'quantized-mul'>(operator: string, kind: number): OpWriter<Name> =>
  (writer, node, target) => {
    const { type } = writer.tensorType(target.output);
    const inputs = [0, 1].map((index) => writer.value(inputOf(node, index), type));
    const { output: stored } = (node as NodeOf<'quantized-add'>).attributes;
    clipped(writer, target, stored, boundsOf.xnnpack, (output, activation) => {
      writer.operator(operator, inputs, [output], options(kind, int8(0, activation)));
    });
  };

const writeGlobalMean: OpWriter<'quantized-global-average-pool2d'> = (writer, node, target) => {
  const { output: stored, requantize } = node.attributes;
  const image = writer.value(inputOf(node, 0), writer.tensorType(target.output).type);
  if (requantize === 'stored') {
    clipped(writer, target, stored, boundsOf.tflite, (output, activation) => {
      writeWholePool(writer, 'AVERAGE_POOL_2D', image, { output, activation });
    });
    return;
  }
  clipped(writer, target, stored, undefined, (output) => {
    writeMean(writer, image, output, [1, 2], true);
  });
};

/** By what TFLite multiplies a softmax's input, of a scale, where its exponentials are this table's. */
function softmaxBeta(table: Tensor, scale: number): number {
  const slope = -Math.log((table.data[1] as number) / (table.data[0] as number)) / scale;
  const betas = [1, ...[1, 2, 3, 4, 5, 6, 7].map((digits) => Number(slope.toPrecision(digits)))];
  const found = betas.find((beta) => {
    const { data } = softmaxTable(scale, beta);
    return table.data.every((value, i) => value === data[i]);
  });
  return (
    found ??
    refuse('its exponentials are not those of TFLite’s softmax, whose table follows from the input’s scale')
  );
}

const writeSoftmax: OpWriter<'quantized-softmax'> = (writer, node, target) => {
  const input = inputOf(node, 0);
  const value = writer.value(input, writer.tensorType(target.output).type);
  const table = writer.expectWeight(node.inputs[1], 'the table of exponentials');
  const { scale = [] } = writer.tensorType(value).quantization ?? {};
  const { dtype, scale: step, zeroPoint } = node.attributes.output;
  const least = storedRange(dtype).min;
  if (zeroPoint !== least || Math.abs(256 * step - 1) > 1e-3)
    refuse(
      `stores shares with the scale ${step} and the zero point ${zeroPoint}, but TFLite's softmax has 1/256 and ${least}: store them so`,
    );
  const said = options(9, float32(0, softmaxBeta(table, scale[0] ?? 1)));
  clipped(writer, target, node.attributes.output, undefined, (output) => {
    writer.operator('SOFTMAX', [value], [output], said);
  });
};

const writeQuantize: OpWriter<'quantize'> = (writer, node, { output }) => {
  if (node.attributes.axis !== undefined)
    refuse(
      'TFLite quantizes a computed value by one scale, not by one for each channel: quantize it as a whole',
    );
  writer.operator('QUANTIZE', [writer.value(inputOf(node, 0))], [output]);
};

const writeDequantize: OpWriter<'dequantize'> = (writer, node, { output }) => {
  const input = inputOf(node, 0);
  const { dtype, quantization } = writer.typeOf(input);
  if (!isByteType(dtype) || quantization?.axis !== undefined)
    refuse(
      `TFLite has no real numbers of ${dtype === 'int32' ? 'int32' : 'bytes with a scale for each channel'}: dequantize behind an op that stores bytes with one scale`,
    );
  writer.operator('DEQUANTIZE', [writer.value(input, writer.formOf(input))], [output]);
};

/** Integers keep their meaning in TFLite: another one is what a tensor says that an operator, which moves nothing, gives. */
const writeReinterpret: OpWriter<'reinterpret'> = (writer, node, { output, name }) => {
  const input = inputOf(node, 0);
  const value = writer.value(input, writer.tensorType(output).type);
  const [before, after] = [value, output].map((tensor) => writer.tensorType(tensor).quantization);
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  if (!isSame)
    refuse(
      'TFLite has one meaning for a value’s integers, and no operator that gives them another: requantize them',
    );
  writer.operator('RESHAPE', [value, writer.integers(writer.shapeOf(input), `${name}/shape`)], [output]);
};

export const integerWriters: { readonly [Name in OpName]?: OpWriter<Name> } = {
  dequantize: writeDequantize,
  lookup: writeLookup,
  quantize: writeQuantize,
  'quantized-add': writeBinary('ADD', 11),
  'quantized-conv2d': writeConv,
  'quantized-global-average-pool2d': writeGlobalMean,
  'quantized-matmul': writeMatmul,
  'quantized-mul': writeBinary('MUL', 21),
  'quantized-resize2d': (writer, node, { output }) => {
    const image = writer.value(inputOf(node, 0), writer.tensorType(output).type);
    writeResizeOperator(writer, [image, output], 'linear', bilinearFlags(node.attributes.coordinates));
  },
  'quantized-softmax': writeSoftmax,
  reinterpret: writeReinterpret,
};
