/** @file How a table of what becomes of each byte is written: as the operator that a runtime fills it for, or as elements of a table. */
import { type NodeOf, type StoredAs, storedBounds } from '@sepconv/graph';
import { type Shape, storedRange, type Tensor } from '@sepconv/tensor';
import type { ByteType } from '../../byte-type.js';
import { refuse } from '../../errors.js';
import { everything, type Interval } from '../../range.js';
import {
  type ByteFunction,
  clampedByte,
  eluByte,
  expByte,
  geluByte,
  hardSwishByte,
  leakyByte,
  logisticByte,
  requantizedByte,
  type Stored,
  tanhByte,
} from '../integer/byte-functions.js';
import { clippedTo, tfliteBound } from '../integer/operands.js';
import type { WrittenOptions } from './encode.js';
import type { TfliteWriter } from './graph-writer.js';
import { float32, inputOf, int8, int32, type OpWriter, options, type Target } from './op-writer.js';
import { storedIn } from './stored.js';

type Lookup = NodeOf<'lookup'>;

/** An operator on each byte by itself. */
interface ByteOperator {
  readonly name: string;
  readonly of: ByteFunction;
  /** The real numbers to which it clips. */
  readonly bounds?: Interval;
  readonly options?: WrittenOptions;
  /** The only type that the runtime has it for. */
  readonly only?: ByteType;
}

const plain: readonly ByteOperator[] = [
  { name: 'QUANTIZE', of: requantizedByte },
  { name: 'RELU', of: clampedByte, bounds: { min: 0, max: Infinity } },
  { name: 'RELU6', of: clampedByte, bounds: { min: 0, max: 6 } },
  { name: 'RELU_N1_TO_1', of: clampedByte, bounds: { min: -1, max: 1 } },
  { name: 'HARD_SWISH', of: hardSwishByte },
  { name: 'LOGISTIC', of: logisticByte },
  { name: 'TANH', of: tanhByte },
  { name: 'GELU', of: geluByte(false), options: options(116, int8(0, 0)) },
  { name: 'GELU', of: geluByte(true), options: options(116, int8(0, 1)) },
  { name: 'ELU', of: eluByte, only: 'int8' },
  { name: 'EXP', of: expByte, only: 'int8' },
];

/** A table in one type of bytes on both sides: what stands for its input, for its result, and the results themselves. */
interface Table {
  readonly input: Stored;
  readonly output: StoredAs;
  readonly entries: readonly number[];
}

/** What an operator would give for every byte. */
function entriesOf({ of, bounds = everything }: ByteOperator, { input, output }: Table): readonly number[] {
  const rule = of(input, output);
  const { min: least } = storedRange(input.dtype);
  const { min, max } = storedBounds(clippedTo(output, bounds, tfliteBound));
  if (rule === undefined) return [];
  return Array.from({ length: 256 }, (_, index) => Math.min(max, Math.max(min, rule(index + least))));
}

/** Leaky ReLUs with the slopes that the table's least byte may come from, in the 256ths in which the runtime computes. */
function leakyOperators({ input, output, entries }: Table): ByteOperator[] {
  const { min: least } = storedRange(input.dtype);
  const ratio = input.scale / output.scale;
  const slopes = [0, 1, 2, 4, 8, 16, 32, 64].flatMap((from) => {
    const distance = least + from - input.zeroPoint;
    const result = (entries[from] as number) - output.zeroPoint;
    if (distance >= 0) return [];
    const middle = Math.round((256 * result) / distance);
    return Array.from({ length: 9 }, (_, i) => (middle + i - 4) / 256 / ratio);
  });
  // Slopes that people write come first: any that gives the same table is right.
  const short = slopes.map((slope) => Number(slope.toPrecision(1)));
  const shorter = slopes.map((slope) => Number(slope.toPrecision(2)));
  return [...new Set([...short, ...shorter, ...slopes])].map((slope) => ({
    name: 'LEAKY_RELU',
    of: leakyByte(Math.fround(slope)),
    options: options(75, float32(0, slope)),
  }));
}

const flip = (type: ByteType, from: ByteType): number => (type === from ? 0 : type === 'int8' ? -128 : 128);

/** The node's table in a type, where that is one of 256 entries. */
function tableIn(writer: TfliteWriter, node: Lookup, type: ByteType): Table | undefined {
  const weight = writer.weight(inputOf(node, 1)) as Tensor<ByteType> | undefined;
  const before = writer.typeOf(inputOf(node, 0));
  const after = writer.typeOf(inputOf(node, 1));
  if (weight === undefined || weight.shape.length !== 1) return undefined;
  if (before.quantization === undefined || after.quantization === undefined) return undefined;
  const stored = (dtype: ByteType, { scale, zeroPoint }: NonNullable<typeof before.quantization>): StoredAs =>
    storedIn({ dtype, scale: scale[0] as number, zeroPoint: zeroPoint[0] as number }, type);
  const shift = flip(type, weight.dtype);
  return {
    input: stored(before.dtype as ByteType, before.quantization),
    output: stored(weight.dtype, after.quantization),
    entries: Array.from(weight.data, (value) => value + shift),
  };
}

/** The operator that fills this table, if one does, and in which type of bytes. */
function operatorOf(
  writer: TfliteWriter,
  node: Lookup,
): { readonly operator: ByteOperator; readonly type: ByteType } | undefined {
  const form = writer.formOf(inputOf(node, 0)) as ByteType;
  const other: ByteType = form === 'int8' ? 'uint8' : 'int8';
  for (const type of [form, other]) {
    const table = tableIn(writer, node, type);
    if (table === undefined) return undefined;
    const operator = [...plain, ...leakyOperators(table)].find((one) => {
      if ((one.only ?? type) !== type) return false;
      const entries = entriesOf(one, table);
      return entries.length === 256 && entries.every((entry, i) => entry === table.entries[i]);
    });
    if (operator !== undefined) return { operator, type };
  }
  return undefined;
}

/** The type in which a lookup's result is computed: an operator's input and result are of one type, and elements of a table of its own. */
export const lookupForm = (writer: TfliteWriter, node: Lookup): ByteType =>
  operatorOf(writer, node)?.type ?? (writer.typeOf(inputOf(node, 1)).dtype as ByteType);

/** How far into the table the row of each channel begins, less the least byte. */
function rowOffsets(writer: TfliteWriter, table: Shape, least: number, name: string): number | undefined {
  const [rows = 1] = table.length === 2 ? table : [];
  const offsets = Array.from({ length: rows }, (_, row) => 256 * row - least);
  return offsets.some((offset) => offset !== 0) ? writer.integers(offsets, `${name}/offsets`) : undefined;
}

/** GATHER from the table by the bytes as integers. */
function writeGathered(writer: TfliteWriter, node: Lookup, { output, name }: Target): void {
  const [input, table] = [inputOf(node, 0), inputOf(node, 1)];
  const value = writer.value(input, writer.formOf(input));
  const { type, shape } = writer.tensorType(value);
  const integers = (stem: string) => ({ stem: `${name}/${stem}`, type: 'int32', shape }) as const;
  const whole = writer.helperOperator('CAST', [value], integers('integers'), options(37));
  const offsets = rowOffsets(writer, writer.shapeOf(table), storedRange(type as ByteType).min, name);
  const indices =
    offsets === undefined
      ? whole
      : writer.helperOperator('ADD', [whole, offsets], integers('indices'), options(11));
  writer.operator(
    'GATHER',
    [flatTable(writer, table), indices],
    [output],
    options(23, int32(0, 0), int32(1, 0)),
  );
}

/** All rows of a table one after the other. */
function flatTable(writer: TfliteWriter, name: string): number {
  const weight = writer.expectWeight(name, 'the table');
  const { shape: _, ...type } = writer.inFile(name);
  return writer.constant(`flat ${name}`, () => ({
    name,
    ...type,
    shape: [weight.data.length],
    data: weight.data,
  }));
}

export const writeLookup: OpWriter<'lookup'> = (writer, node, target) => {
  const found = operatorOf(writer, node);
  if (found === undefined) return writeGathered(writer, node, target);
  const { operator, type } = found;
  if (writer.tensorType(target.output).type !== type) refuse(`gives ${type}, which nothing asked for`);
  writer.operator(operator.name, [writer.value(inputOf(node, 0), type)], [target.output], operator.options);
};
