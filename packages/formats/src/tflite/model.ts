/**
 * @file The tables of a TFLite file, as far as a network needs them, read into plain objects. Slot numbers are facts of
 * the schema, tensorflow/lite/schema/schema.fbs: the position of a field in its table, a union counting twice.
 */
import { maxRank } from '../budget.js';
import { quote, refuse } from '../errors.js';
import { refuseForeign } from '../foreign-files.js';
import { damaged, FlatFile, type FlatTable } from './flat-buffer.js';
import { compositeCode, operatorNames } from './operator-names.js';

/** Element types by their number in the schema. */
export const elementTypes = [
  'float32',
  'float16',
  'int32',
  'uint8',
  'int64',
  'string',
  'bool',
  'int16',
  'complex64',
  'int8',
  'float64',
  'complex128',
  'uint64',
  'resource',
  'variant',
  'uint32',
  'uint16',
  'int4',
  'bfloat16',
] as const;

/** The element type of a TFLite tensor. */
export type ElementType = (typeof elementTypes)[number];

/** `real = scale · (stored − zeroPoint)`, one of each for the tensor or one of each per index of `axis`. */
export interface TfliteQuantization {
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  readonly axis: number;
}

/** A value of the model. */
export interface TfliteTensor {
  readonly index: number;
  readonly name: string;
  /** As the file says it: unchecked. */
  readonly shape: readonly number[];
  /** The shape with −1 where a dimension is open, in files that say so. */
  readonly signature?: readonly number[];
  readonly type: ElementType;
  readonly quantization?: TfliteQuantization;
  /** The numbers of a constant, not copied. */
  readonly data?: Uint8Array;
  readonly isVariable: boolean;
  /** How the elements of a constant are listed, of which only those that are not 0 are stored. */
  readonly sparsity?: FlatTable;
}

/** One operation. */
export interface TfliteOperator {
  readonly index: number;
  /** `CONV_2D` and so on, or `CUSTOM` with the name that the file gives. */
  readonly op: string;
  /** Tensor indices, checked; −1 where an optional input is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Which member of the schema's BuiltinOptions `options` is; 0 for none. */
  readonly optionsType: number;
  readonly options: FlatTable | undefined;
  /** The options of the second union, which only newer operators have. */
  readonly moreOptions: FlatTable | undefined;
  /** What an op of the file's own says in a form of its own; empty for all others. */
  readonly customOptions: Uint8Array;
}

/** A subgraph: tensors, the operators between them, and which tensors go in and out. */
export interface TfliteSubgraph {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** What metadata are read from. */
export interface MetadataSource {
  /** Each a name and the number of a buffer. */
  readonly entries: readonly FlatTable[];
  readonly buffers: readonly Uint8Array[];
  /** The whole file, with what is packed behind the model. */
  readonly bytes: Uint8Array;
}

/** The main subgraph of a model. */
export interface TfliteModel extends TfliteSubgraph {
  readonly description: string;
  readonly subgraphCount: number;
  /** A subgraph by its number, which an operator names. */
  subgraph(index: number): TfliteSubgraph;
  /** Where the file says what it says beside the network; absent where it says nothing. */
  readonly beside?: MetadataSource;
}

function readOperatorCode(table: FlatTable, names: readonly string[]): string {
  // Codes up to 126 stand in the first field for old readers' sake; the last one was added when a byte ran out.
  const code = Math.max(table.int8(0, 'deprecated_builtin_code'), table.int32(3, 'builtin_code'));
  const name = names[code] ?? (code === compositeCode ? 'STABLEHLO_COMPOSITE' : `operator ${code}`);
  return name === 'CUSTOM' ? `CUSTOM ${quote(table.string(1, 'custom_code'))}` : name;
}

/** A constant's bytes: inside the table, or, in files over 2 GB, at an offset from the start of the file. */
function readBuffer(table: FlatTable, bytes: Uint8Array): Uint8Array {
  const offset = table.uint64(1, 'offset');
  const size = table.uint64(2, 'size');
  if (offset <= 1) return table.bytes(0, 'data');
  if (!(offset + size <= bytes.length)) {
    damaged(
      `${table.path} says it has ${size} bytes at byte ${offset}, but the file has ${bytes.length} bytes`,
    );
  }
  return bytes.subarray(offset, offset + size);
}

function readQuantization(table: FlatTable | undefined): TfliteQuantization | undefined {
  const scale = table?.float32s(2, 'scale') ?? [];
  if (table === undefined || scale.length === 0) return undefined;
  const zeroPoint = table.int64s(3, 'zero_point');
  return {
    scale,
    zeroPoint: zeroPoint.length === 0 ? scale.map(() => 0) : zeroPoint,
    axis: table.int32(6, 'quantized_dimension'),
  };
}

function readTensor(table: FlatTable, index: number, buffers: readonly Uint8Array[]): TfliteTensor {
  const type = elementTypes[table.int8(1, 'type')];
  if (type === undefined)
    refuse(`${table.path} has the element type ${table.int8(1, 'type')}, which is unknown`);
  const bufferIndex = table.uint32(2, 'buffer');
  const data = buffers[bufferIndex];
  if (data === undefined && bufferIndex !== 0) {
    damaged(`${table.path} reads buffer ${bufferIndex}, but the file has ${buffers.length} buffers`);
  }
  const shape = table.int32s(0, 'shape');
  if (shape.length > maxRank) {
    refuse(`${table.path} has ${shape.length} dimensions, but at most ${maxRank} are supported`);
  }
  const quantization = readQuantization(table.table(4, 'quantization'));
  const signature = table.int32s(7, 'shape_signature');
  const sparsity = table.table(6, 'sparsity');
  return {
    index,
    name: table.string(3, 'name'),
    shape,
    type,
    isVariable: table.uint8(5, 'is_variable') !== 0,
    ...(signature.length > 0 && { signature }),
    ...(sparsity && { sparsity }),
    ...(quantization && { quantization }),
    ...(data !== undefined && data.length > 0 && { data }),
  };
}

/** Tensor indices in a field, each checked; −1 stands for an optional input only where that is allowed. */
function readIndices(table: FlatTable, slot: number, name: string, count: number, least = 0): number[] {
  const indices = table.int32s(slot, name);
  for (const index of indices) {
    if (index < least || index >= count) {
      damaged(`${table.path}.${name} names tensor ${index}, but there are ${count} tensors`);
    }
  }
  return indices;
}

function readOperator(
  table: FlatTable,
  index: number,
  codes: readonly string[],
  tensorCount: number,
): TfliteOperator {
  const codeIndex = table.uint32(0, 'opcode_index');
  const op =
    codes[codeIndex] ??
    damaged(`${table.path} has operator code ${codeIndex}, but the file lists ${codes.length} codes`);
  return {
    index,
    op,
    inputs: readIndices(table, 1, 'inputs', tensorCount, -1),
    outputs: readIndices(table, 2, 'outputs', tensorCount),
    optionsType: table.uint8(3, 'builtin_options_type'),
    options: table.table(4, 'builtin_options'),
    moreOptions: table.table(12, 'builtin_options_2'),
    customOptions: table.bytes(5, 'custom_options'),
  };
}

function readSubgraph(
  table: FlatTable,
  buffers: readonly Uint8Array[],
  codes: readonly string[],
): TfliteSubgraph {
  const tensors = table
    .tables(0, 'tensors', 'tensor')
    .map((tensor, index) => readTensor(tensor, index, buffers));
  return {
    tensors,
    operators: table
      .tables(3, 'operators', 'operator')
      .map((operator, index) => readOperator(operator, index, codes, tensors.length)),
    inputs: readIndices(table, 1, 'inputs', tensors.length),
    outputs: readIndices(table, 2, 'outputs', tensors.length),
  };
}

/**
 * Reads the tables of a TFLite file.
 *
 * @throws {FormatError} when the bytes are not a TFLite file, or contradict themselves.
 */
export function readModel(bytes: Uint8Array): TfliteModel {
  refuseForeign(bytes);
  const magic = String.fromCharCode(...bytes.subarray(4, 8));
  if (magic !== 'TFL3') {
    refuse(
      `this is not a TFLite file: bytes 4 to 7 must be "TFL3", but are ${quote(magic)} (the file has ${bytes.length} bytes)`,
    );
  }
  const file = new FlatFile(bytes);
  const model = file.root();
  const version = model.uint32(0, 'version');
  if (version !== 3) {
    refuse(`the TFLite file has schema version ${version}, but only version 3 (since 2018) can be read`);
  }
  const names = operatorNames();
  const codes = model
    .tables(1, 'operator_codes', 'operator code')
    .map((table) => readOperatorCode(table, names));
  const buffers = model.tables(4, 'buffers', 'buffer').map((table) => readBuffer(table, bytes));
  const subgraphs = model.tables(2, 'subgraphs', 'subgraph');
  const [main] = subgraphs;
  if (main === undefined) refuse('the TFLite file has no subgraph, so there is no network in it');
  const entries = model.tables(6, 'metadata', 'metadata');
  const read = new Map<number, TfliteSubgraph>();
  return {
    ...readSubgraph(main, buffers, codes),
    description: model.string(3, 'description'),
    subgraphCount: subgraphs.length,
    subgraph: (index) => {
      const table = subgraphs[index];
      if (table === undefined) damaged(`subgraph ${index} is named, but the file has ${subgraphs.length}`);
      const known = read.get(index) ?? readSubgraph(table, buffers, codes);
      read.set(index, known);
      return known;
    },
    ...(entries.length > 0 && { beside: { entries, buffers, bytes } }),
  };
}
