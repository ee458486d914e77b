/** @file The inputs of a model: their shapes, which a caller may change, and what stored integers mean. */
import { formatShape, type Normalization, sameShape } from '@sepconv/tensor';
import { refuse } from '../errors.js';
import type { ImportedInput, StoredQuantization } from '../imported-network.js';
import type { InputShapes } from '../onnx/input-shapes.js';
import { everything } from '../range.js';
import { expectInputsNamed } from '../stated-inputs.js';
import { describeTensor } from './constants.js';
import { type ImportState, valueName } from './context.js';
import { byteQuantization } from './integer/emit.js';
import type { TfliteModel, TfliteTensor } from './model.js';
import { type ValueQuantization, valueQuantization } from './range.js';

/** What a value is stored as in the file, if it is quantized. */
export function storedQuantization(quantization: ValueQuantization | undefined): {
  quantization?: StoredQuantization;
} {
  if (quantization === undefined) return {};
  const { dtype, scale, zeroPoint } = quantization;
  return { quantization: { dtype, scale, zeroPoint } };
}

/** Bytes of a pixel go into uint8 as they are, and into int8 less 128. */
function pixelNormalization(quantization: ValueQuantization | undefined): { normalization?: Normalization } {
  if (quantization === undefined || quantization.dtype === 'int16') return {};
  const { dtype, scale, zeroPoint } = quantization;
  const mean = dtype === 'uint8' ? zeroPoint : zeroPoint + 128;
  return { normalization: { mean, standardDeviation: 1 / scale } };
}

/** The input with the shape that is asked for: the runtime resizes inputs, too, and all that is computed from them. */
function withStatedShape(tensor: TfliteTensor, shapes: InputShapes): TfliteTensor {
  const name = valueName(tensor);
  const stated = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (stated === undefined) return tensor;
  if (stated.length !== tensor.shape.length)
    refuse(
      `the input ${describeTensor(tensor)} has ${tensor.shape.length} dimensions in the file, but ${formatShape(stated)} is asked for`,
    );
  return { ...tensor, shape: stated };
}

/** Appends an input of the network. */
export function importInput(state: ImportState, index: number): ImportedInput {
  const { model, builder, budget, values, stored, ranges } = state;
  const tensor = withStatedShape(model.tensors[index] as TfliteTensor, state.shapes);
  const what = `the input ${describeTensor(tensor)}`;
  if (values.has(index) || stored.has(index)) refuse(`${what} is listed as an input twice`);
  if (tensor.data !== undefined) refuse(`${what} is a constant, so nothing can be put in`);
  budget.checkValue(tensor.shape, what);
  const quantization = valueQuantization(tensor);
  const bytes = state.arithmetic !== 'float32' ? byteQuantization(tensor) : undefined;
  const unique = builder.uniqueName(valueName(tensor));
  const name =
    bytes === undefined
      ? builder.input(unique, tensor.shape)
      : builder.input(unique, tensor.shape, bytes.dtype, {
          scale: [bytes.scale],
          zeroPoint: [bytes.zeroPoint],
        });
  (bytes === undefined ? values : stored).set(index, name);
  ranges.set(name, quantization?.range ?? everything);
  const isImage = tensor.shape.length === 4;
  return {
    name,
    shape: [...tensor.shape],
    ...storedQuantization(quantization),
    ...(isImage && pixelNormalization(quantization)),
  };
}

/** Whether an input is to have another shape than the file says; then results have others, too. */
export function isResized({ inputs, tensors }: TfliteModel, shapes: InputShapes = {}): boolean {
  const read = inputs.map((index) => tensors[index] as TfliteTensor);
  expectInputsNamed(shapes, read.map(valueName));
  return read.some((tensor) => {
    const stated = shapes[valueName(tensor)];
    return stated !== undefined && !sameShape(stated, tensor.shape);
  });
}
