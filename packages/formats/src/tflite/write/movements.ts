/** @file How ops that put numbers elsewhere are written, real numbers and integers alike. */
import type { OpName } from '@sepconv/graph';
import { refuse } from '../../errors.js';
import type { TfliteWriter } from './graph-writer.js';
import { inputOf, int8, int32, type OpWriter, options, type Target } from './op-writer.js';

/** Bytes move in the type in which they are there. */
const moved = (writer: TfliteWriter, name: string, { output }: Target): number =>
  writer.value(name, writer.tensorType(output).type);

/** RESHAPE to the output's shape. */
const writeReshape = (
  writer: TfliteWriter,
  node: { readonly inputs: readonly string[] },
  target: Target,
): void => {
  const input = moved(writer, inputOf(node, 0), target);
  const shape = writer.integers(writer.tensorType(target.output).shape, `${target.name}/shape`);
  writer.operator('RESHAPE', [input, shape], [target.output]);
};

const writeConcat: OpWriter<'concat'> = (writer, node, target) => {
  const inputs = node.inputs.map((name) => moved(writer, name, target));
  const said = options(10, int32(0, node.attributes.axis), int8(1, 0));
  writer.operator('CONCATENATION', inputs, [target.output], said);
};

const writePad: OpWriter<'pad'> = (writer, node, target) => {
  const { before, after, value } = node.attributes;
  const { name, output } = target;
  const image = moved(writer, inputOf(node, 0), target);
  const { type, shape, quantization } = writer.tensorType(image);
  if (shape.length > 5) refuse(`pads ${shape.length} dimensions, but TFLite's PAD takes at most 5`);
  const pairs = before.flatMap((amount, axis) => [amount, after[axis] as number]);
  const amounts = writer.integers(pairs, `${name}/amounts`, [before.length, 2]);
  // What is padded is a stored integer: in the other type of bytes it is another one.
  const own = writer.inFile(inputOf(node, 0)).type;
  const stored = own === type ? value : type === 'int8' ? value - 128 : value + 128;
  if (stored === (quantization?.zeroPoint[0] ?? 0))
    return writer.operator('PAD', [image, amounts], [output], options(22));
  const number = writer.scalarOf({ type, ...(quantization && { quantization }) }, stored, `${name}/value`);
  writer.operator('PADV2', [image, amounts, number], [output], options(43));
};

const writeTranspose: OpWriter<'transpose'> = (writer, node, target) => {
  const { permutation } = node.attributes;
  if (permutation.length > 6)
    refuse(`has ${permutation.length} dimensions, but TFLite's TRANSPOSE takes at most 6`);
  const input = moved(writer, inputOf(node, 0), target);
  const order = writer.integers(permutation, `${target.name}/permutation`);
  writer.operator('TRANSPOSE', [input, order], [target.output], options(26));
};

const writeSlice: OpWriter<'slice'> = (writer, node, target) => {
  const { starts, ends, steps } = node.attributes;
  const { name, output } = target;
  const input = moved(writer, inputOf(node, 0), target);
  const begin = writer.integers(starts, `${name}/begin`);
  if (steps.every((step) => step === 1)) {
    const size = writer.integers(writer.tensorType(output).shape, `${name}/size`);
    return writer.operator('SLICE', [input, begin, size], [output], options(48));
  }
  if (starts.length > 5)
    refuse(`takes steps through ${starts.length} dimensions, but TFLite's STRIDED_SLICE takes at most 5`);
  // An end below 0 counts from the back: what runs back to the first element is said to have none.
  const endMask = ends.reduce((mask, end, axis) => (end < 0 ? mask | (1 << axis) : mask), 0);
  const inputs = [
    input,
    begin,
    writer.integers(
      ends.map((end) => Math.max(0, end)),
      `${name}/end`,
    ),
    writer.integers(steps, `${name}/strides`),
  ];
  const masks = [0, endMask, 0, 0, 0].map((mask, slot) => int32(slot, mask));
  writer.operator('STRIDED_SLICE', inputs, [output], options(32, ...masks));
};

/**
 * GATHER by integers: what is negative counts from the end, and what lies outside names the nearest element, which TFLite says
 * nothing of.
 */
const writeGather: OpWriter<'gather'> = (writer, node, { output, name }) => {
  const { axis, batch } = node.attributes;
  const [data, indices] = [writer.value(inputOf(node, 0)), writer.value(inputOf(node, 1))];
  const size = writer.tensorType(data).shape[axis] as number;
  const { shape } = writer.tensorType(indices);
  const step = (
    operator: string,
    inputs: readonly number[],
    kind: number,
    type: 'int32' | 'bool' = 'int32',
  ) =>
    writer.helperOperator(
      operator,
      inputs,
      { stem: `${name}/${operator.toLowerCase()}`, type, shape },
      options(kind),
    );
  const integer = (value: number): number => writer.integers([value], `${name}/integer`);
  const whole = step('CAST', [indices], 37);
  const isBelow = step('LESS', [whole, integer(0)], 41, 'bool');
  const fromEnd = step('ADD', [whole, integer(size)], 11);
  const position = step('SELECT_V2', [isBelow, fromEnd, whole], 98);
  const above = step('MAXIMUM', [position, integer(0)], 39);
  const inside = step('MINIMUM', [above, integer(size - 1)], 39);
  writer.operator('GATHER', [data, inside], [output], options(23, int32(0, axis), int32(1, batch)));
};

/** The positions that TOPK_V2 gives beside the numbers, as real ones. */
const writeTopK: OpWriter<'top-k'> = (writer, node, { output, name }) => {
  const count = writer.integers([node.attributes.count], `${name}/count`, []);
  const { shape } = writer.tensorType(output);
  const numbers = writer.real(`${name}/numbers`, shape);
  const positions = writer.helper(`${name}/positions`, { type: 'int32', shape });
  const input = writer.value(inputOf(node, 0));
  writer.operator('TOPK_V2', [input, count], [numbers, positions], options(34));
  writer.operator('CAST', [positions], [output], options(37));
};

/** SOFTMAX runs along the last dimension: another one is brought there. */
const writeSoftmax: OpWriter<'softmax'> = (writer, node, { output, name }) => {
  const { axis } = node.attributes;
  const input = writer.value(inputOf(node, 0));
  const { shape } = writer.tensorType(output);
  const said = options(9, { slot: 0, float32: 1 });
  const last = shape.length - 1;
  if (axis === last) return writer.operator('SOFTMAX', [input], [output], said);
  // An exchange of two dimensions is its own way back.
  const swapped = shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
  const turned = writer.transposed(input, swapped, `${name}/turned`);
  const type = { stem: `${name}/softmax`, ...writer.tensorType(turned) };
  const result = writer.helperOperator('SOFTMAX', [turned], type, said);
  writer.operator('TRANSPOSE', [result, writer.integers(swapped, `${name}/back`)], [output], options(26));
};

export const movingWriters: { readonly [Name in OpName]?: OpWriter<Name> } = {
  concat: writeConcat,
  flatten: writeReshape,
  gather: writeGather,
  pad: writePad,
  reshape: writeReshape,
  slice: writeSlice,
  softmax: writeSoftmax,
  'top-k': writeTopK,
  transpose: writeTranspose,
};
