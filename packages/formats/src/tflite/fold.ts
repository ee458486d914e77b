/**
 * @file Operators of which everything is known before the network runs: shapes and what converters compute with them. Results
 * are constants as the file has them, so that readers take both alike.
 */
import { elementCount } from '@sepconv/tensor';
import { refuse } from '../errors.js';
import { checkKnownShape, type Known, listOf, single } from '../fold/known.js';
import { type FoldAttributes, tensorflowFolds } from '../fold/tensorflow.js';
import { describeTensor, readStored } from './constants.js';
import type { OperatorContext } from './context.js';
import type { ElementType, TfliteTensor } from './model.js';

/** Where an operator's options have what TensorFlow's attributes say. */
interface Options {
  /** The schema's member of BuiltinOptions. */
  readonly type: number;
  readonly integers?: Readonly<Record<string, number>>;
  readonly booleans?: Readonly<Record<string, number>>;
  readonly lists?: Readonly<Record<string, number>>;
  /** The attribute that TensorFlow has as an input, the last one. */
  readonly lastInput?: string;
}

const reducer: Options = { type: 27, booleans: { keep_dims: 0 } };

/** Options of operators that have some. */
const optionsOf: Readonly<Record<string, Options>> = {
  All: reducer,
  Any: reducer,
  ConcatV2: { type: 10, integers: { axis: 0 }, lastInput: 'axis' },
  GatherV2: { type: 23, integers: { axis: 0, batch_dims: 1 }, lastInput: 'axis' },
  Max: reducer,
  Mean: reducer,
  Min: reducer,
  Pack: { type: 59, integers: { axis: 1 } },
  Prod: reducer,
  Split: { type: 35, integers: { num_split: 0 } },
  Squeeze: { type: 30, lists: { squeeze_dims: 0 } },
  StridedSlice: {
    type: 32,
    integers: { begin_mask: 0, end_mask: 1, ellipsis_mask: 2, new_axis_mask: 3, shrink_axis_mask: 4 },
  },
  Sum: reducer,
  Unpack: { type: 64, integers: { axis: 1 } },
};

/** Names that differ from TensorFlow's by more than how they are written. */
const renamed: Readonly<Record<string, string>> = {
  CONCATENATION: 'ConcatV2',
  GATHER: 'GatherV2',
  PADV2: 'PadV2',
};

/** TensorFlow's name of an operator: `FloorDiv` for FLOOR_DIV, `Max` for REDUCE_MAX. */
const tensorflowName = (op: string): string =>
  renamed[op] ??
  op
    .replace(/^REDUCE_/, '')
    .toLowerCase()
    .replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Operators on the shape of what they read, which is known even of what the network computes. */
const shapeOperators: ReadonlyMap<string, (shape: readonly number[]) => Known> = new Map([
  ['RANK', (shape) => single(shape.length)],
  ['SHAPE', listOf],
]);

/** Slots of the fused activation, by the kind of options of those that have one. */
const activationSlots: ReadonlyMap<number, number> = new Map([
  [11, 0],
  [21, 0],
  [28, 0],
  [29, 0],
  [10, 1],
]);

/** Whether an operator can be computed at load. */
export const isFoldable = (op: string): boolean =>
  op === 'CAST' || shapeOperators.has(op) || tensorflowFolds.has(tensorflowName(op));

/** Whether an operator's results are known whatever it reads. */
export const readsShape = (op: string): boolean => shapeOperators.has(op);

/** Bytes of numbers as a tensor of the file has them, or `undefined` for a type that no result has. */
function encode(type: ElementType, numbers: Float32Array | Float64Array): Uint8Array | undefined {
  const bytesOf = ({ buffer }: ArrayBufferView): Uint8Array => new Uint8Array(buffer as ArrayBuffer);
  const whole = (): Float64Array => Float64Array.from(numbers, Math.trunc);
  switch (type) {
    case 'float32':
      return bytesOf(Float32Array.from(numbers));
    case 'float64':
      return bytesOf(Float64Array.from(numbers));
    case 'int32':
      return bytesOf(Int32Array.from(whole()));
    case 'int64':
      return bytesOf(
        BigInt64Array.from(Array.from(whole(), (value) => BigInt(Number.isSafeInteger(value) ? value : 0))),
      );
    case 'bool':
      return Uint8Array.from(numbers, (value) => (value === 0 ? 0 : 1));
    default:
      return undefined;
  }
}

/** A constant's numbers, a single number among them; without quantization. */
function known(tensor: TfliteTensor, { state: { budget } }: OperatorContext): Known {
  if (checkKnownShape(tensor.shape, describeTensor(tensor)) === 0) {
    return { shape: tensor.shape, data: new Float64Array() };
  }
  const { data } = readStored(tensor, budget);
  return {
    shape: tensor.shape,
    data: data instanceof Float32Array ? data : Float64Array.from(data as ArrayLike<number>),
  };
}

/** What the operator says beside its inputs. */
function attributesOf(context: OperatorContext, said: Options | undefined): FoldAttributes {
  const options = said && context.options(said.type);
  return {
    integer: (name, absent) => {
      const slot = said?.integers?.[name];
      return slot === undefined || options === undefined ? absent : options.int32(slot, name);
    },
    integers: (name) => {
      const slot = said?.lists?.[name];
      return slot === undefined || options === undefined ? [] : options.int32s(slot, name);
    },
    boolean: (name) => {
      const slot = said?.booleans?.[name];
      return slot !== undefined && (options?.boolean(slot, name) ?? false);
    },
  };
}

/** The inputs as TensorFlow's op has them. */
function inputsOf(context: OperatorContext, last: string | undefined, attributes: FoldAttributes): Known[] {
  const { op, inputs } = context.operator;
  const read = inputs.map((_, index) => known(context.tensor(index), context));
  if (last !== undefined) return [...read, single(attributes.integer(last, 0))];
  const isOld = op === 'RESHAPE' && read.length === 1;
  return isOld ? [...read, listOf(context.options(17).int32s(0, 'new_shape'))] : read;
}

/** The shape of a slice in which nothing is, whatever it is of. */
function emptySlice(context: OperatorContext): readonly number[] | undefined {
  if (context.inputCount < 3 || !context.isConstant(1) || !context.isConstant(2)) return undefined;
  const size = context.integers(2, 'the size');
  if (!size.some((count) => count === 0 || count === -1)) return undefined;
  const shape = context.isConstant(0) ? context.tensor(0).shape : context.shape(0);
  const begin = context.integers(1, 'the corner');
  const taken = shape.map((extent, axis) =>
    size[axis] === -1 ? extent - (begin[axis] ?? 0) : (size[axis] ?? extent),
  );
  return taken.includes(0) ? taken : undefined;
}

/** The results of an operator, when everything that it depends on is known. */
function compute(context: OperatorContext): readonly Known[] | undefined {
  const { op, inputs, optionsType, options } = context.operator;
  const ofShape = shapeOperators.get(op);
  if (ofShape !== undefined) {
    const tensor = context.tensor(0);
    return [ofShape(context.isConstant(0) ? tensor.shape : context.shape(0))];
  }
  const empty = op === 'SLICE' ? emptySlice(context) : undefined;
  if (empty !== undefined) return [{ shape: empty, data: new Float32Array() }];
  const name = tensorflowName(op);
  const fold = tensorflowFolds.get(name);
  const activation = activationSlots.get(optionsType);
  const isPlain =
    activation === undefined || (options?.int8(activation, 'fused_activation_function') ?? 0) === 0;
  const isKnown =
    inputs.length > 0 &&
    inputs.every((_, index) => {
      if (!context.has(index)) return false;
      const { data, shape, quantization } = context.tensor(index);
      return quantization === undefined && (data !== undefined || elementCount(shape) === 0);
    });
  if (!isPlain || !isKnown) return undefined;
  // The type of the result says what a cast gives.
  if (op === 'CAST') return [known(context.tensor(0), context)];
  if (fold === undefined) return undefined;
  const said = optionsOf[name];
  const attributes = attributesOf(context, said);
  const results = fold({
    budget: context.state.budget,
    inputs: inputsOf(context, said?.lastInput, attributes),
    attributes,
  });
  return 'shape' in results ? [results] : results;
}

/** The constants that an operator's results are, when everything that it depends on is known. */
export function tryFold(context: OperatorContext): readonly TfliteTensor[] | undefined {
  const outputs = context.operator.outputs.map((index) => context.state.model.tensors[index] as TfliteTensor);
  if (outputs.some(({ quantization }) => quantization !== undefined)) return undefined;
  const results = compute(context);
  if (results === undefined) return undefined;
  if (results.length !== outputs.length)
    refuse(`must have ${results.length} outputs, but has ${outputs.length}`);
  const constants = outputs.map((output, i): TfliteTensor | undefined => {
    const { shape, data } = results[i] as Known;
    const bytes = encode(output.type, data);
    return bytes && { ...output, shape, data: bytes };
  });
  return constants.every((constant) => constant !== undefined) ? constants : undefined;
}
