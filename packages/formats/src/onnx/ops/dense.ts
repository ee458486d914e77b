import { createTensor, elementCount, formatShape, type Tensor } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { isInOrder, naturalOrder, permuteDimensions, shapeOf, type Value, valueInOrder } from '../layout.js';
import { readMatrixProduct } from './matmul.js';

const scaled = (context: NodeContext, tensor: Tensor<'float32'>, factor: number): Tensor<'float32'> =>
  factor === 1 ? tensor : context.state.decoded.map(tensor, `times ${factor}`, (value) => value * factor);

/**
 * The rows of a weight `[K, N]` in the order in which the input's K numbers lie in memory. A flattened image is counted
 * C, H, W by the file and lies as H, W, C.
 */
function rowsInMemoryOrder(
  context: NodeContext,
  weight: Tensor<'float32'>,
  rows: Value,
  dimension: number,
): Tensor<'float32'> {
  const parts = rows.dimensions[dimension] ?? [];
  const sorted = parts.toSorted((a, b) => a - b);
  if (parts.every((part, i) => part === sorted[i])) return weight;
  const outputs = weight.shape[1] as number;
  const counted = createTensor(
    'float32',
    [...parts.map((part) => rows.extents[part] as number), outputs],
    weight.data,
  );
  const moved = context.transposed(counted, [...sorted.map((part) => parts.indexOf(part)), parts.length]);
  return createTensor('float32', weight.shape, moved.data);
}

/** A matrix that the network computes, as a graph value `[rows, columns]`. */
function matrix(context: NodeContext, value: Value): string {
  return context.inOrder(value, [0, 1]);
}

/**
 * `input · weight` as a dense layer, where the weight is a constant `[K, N]`. The leading dimensions of the input are
 * rows; the result keeps them.
 */
function denseWithWeight(
  context: NodeContext,
  found: Value,
  weight: Tensor<'float32'>,
  weightName: string,
  addend: Addend,
): Value {
  const shape = shapeOf(found);
  const last = shape.length - 1;
  const [features = 0, outputs = 0] = weight.shape;
  if (shape[last] !== features) {
    refuse(
      `multiplies ${formatShape(shape)} by the weight ${formatShape(weight.shape)}: ${shape[last]} columns do not fit ${features} rows`,
    );
  }
  // The columns may lie in any order of their own, but behind the rows.
  const columns = (found.dimensions[last] ?? []).toSorted((a, b) => a - b);
  const sorted: Value = { ...found, dimensions: found.dimensions.with(last, columns) };
  const input = isInOrder(sorted, naturalOrder(shape.length)) ? found : context.natural(found);
  const rows = elementCount(shape.slice(0, last));
  const parameter = context.parameter(weightName, rowsInMemoryOrder(context, weight, input, last), 'weight');
  const flat = context.reshaped(input.name, [rows, features]);
  const name = emitDense(context, [flat, parameter], addend);
  return valueInOrder(name, [...shape.slice(0, last), outputs], naturalOrder(shape.length));
}

/** MatMul: by a constant matrix a dense layer, else a product of matrices. */
export function readMatMul(context: NodeContext): Value {
  const isLayer = context.isConstant(1) && context.shape(1).length === 2 && context.shape(0).length >= 2;
  if (!isLayer) return readMatrixProduct(context);
  const weight = context.tensor(1, 'the weight');
  return denseWithWeight(context, context.value(0), weight, context.node.inputs[1] as string, {
    bias: [],
    added: [],
  });
}

/** Gemm's C, times beta: one row for all is the layer's bias, anything else is added afterwards. */
interface Addend {
  readonly bias: readonly string[];
  readonly added: readonly string[];
}

function readAddend(context: NodeContext, outputs: number, beta: number): Addend {
  if (!context.has(2) || beta === 0) return { bias: [], added: [] };
  const name = context.node.inputs[2] as string;
  if (!context.isConstant(2)) {
    if (beta !== 1) refuse('scales a C that the network computes');
    return { bias: [], added: [context.ordered(context.natural(context.value(2))).name] };
  }
  const tensor = scaled(context, context.tensor(2, 'C'), beta);
  const isRow = tensor.data.length === outputs && (tensor.shape.at(-1) ?? 1) === outputs;
  if (!isRow && tensor.data.length !== 1) {
    return { bias: [], added: [context.parameter(name, tensor, 'constant')] };
  }
  const row = isRow
    ? tensor.data
    : context.state.decoded.of(tensor.data, `${outputs} times`, () =>
        new Float32Array(outputs).fill(tensor.data[0] as number),
      );
  return { bias: [context.parameter(name, createTensor('float32', [outputs], row), 'bias')], added: [] };
}

/** The product with its addend; the last op of the two has the node's name. */
function emitDense(context: NodeContext, inputs: readonly string[], { bias, added }: Addend): string {
  if (added.length === 0) return context.emit('dense', [...inputs, ...bias], {});
  return context.emit('add', [context.helper('dense', inputs, {}), ...added], {});
}

const turned = (value: Value, turns = false): Value => (turns ? permuteDimensions(value, [1, 0]) : value);

const turnedTensor = (context: NodeContext, tensor: Tensor<'float32'>, turns = false): Tensor<'float32'> =>
  turns ? context.transposed(tensor, [1, 0]) : tensor;

/** A, where B is a constant; a constant A is moved at load. */
function turnedInput(context: NodeContext, turns = false): Value {
  if (!context.isConstant(0)) return turned(context.value(0), turns);
  const tensor = turnedTensor(context, context.tensor(0, 'A'), turns);
  const name = context.parameter(context.node.inputs[0] as string, tensor, 'constant');
  return valueInOrder(name, tensor.shape, [0, 1]);
}

/** Gemm, `alpha · A′ · B′ + beta · C`, where each of A and B may be transposed. */
export function readGemm(context: NodeContext): Value {
  if (context.shape(0).length !== 2 || context.shape(1).length !== 2) {
    refuse(
      `multiplies ${formatShape(context.shape(0))} by ${formatShape(context.shape(1))}, which are no matrices`,
    );
  }
  const alpha = context.floatAttribute('alpha', 1);
  const beta = context.floatAttribute('beta', 1);
  const [transposesA, transposesB] = ['transA', 'transB'].map(
    (name) => context.integerAttribute(name, 0) !== 0,
  );
  const turned = (value: Value, turns = false): Value => (turns ? permuteDimensions(value, [1, 0]) : value);

  const outputs = context.shape(1)[transposesB ? 0 : 1] as number;
  if (context.isConstant(1)) {
    const weight = scaled(context, turnedTensor(context, context.tensor(1, 'B'), transposesB), alpha);
    const input = turnedInput(context, transposesA);
    const addend = readAddend(context, outputs, beta);
    return denseWithWeight(context, input, weight, context.node.inputs[1] as string, addend);
  }
  // B is computed: A is, too, or is a constant that takes the part of the rows.
  const found = context.input(0);
  const a =
    found.kind === 'value'
      ? matrix(context, turned(found, transposesA))
      : context.parameter(
          context.node.inputs[0] as string,
          scaled(context, turnedTensor(context, context.tensor(0, 'A'), transposesA), alpha),
          'constant',
        );
  if (found.kind === 'value' && alpha !== 1) refuse('scales the product of two computed matrices');
  const b = matrix(context, turned(context.value(1), transposesB));
  // A layer packs its weight once; a matrix that is computed is multiplied as one.
  const { bias, added } = readAddend(context, outputs, beta);
  const [addend] = [...bias, ...added];
  const name =
    addend === undefined
      ? context.emit('matmul', [a, b], {})
      : context.emit('add', [context.helper('matmul', [a, b], {}), addend], {});
  return context.result(name, [0, 1]);
}
