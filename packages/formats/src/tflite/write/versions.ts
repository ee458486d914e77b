/**
 * @file Which version of an operator a file needs, and which runtime has it.
 *
 * Source: TensorFlow, lite/tools/versioning/op_version.cc and runtime_version.cc.
 */
import type { WrittenField, WrittenOptions, WrittenTensor } from './encode.js';

/** What an operator's version depends on. */
export interface VersionedOperator {
  readonly name: string;
  readonly inputs: readonly (WrittenTensor | undefined)[];
  readonly outputs: readonly (WrittenTensor | undefined)[];
  readonly options?: WrittenOptions | undefined;
}

type Rule = (operator: VersionedOperator) => number;

const field = ({ options = [0] }: VersionedOperator, slot: number): number => {
  const [, ...fields] = options;
  const found = (fields as readonly WrittenField[]).find((one) => one.slot === slot);
  if (found === undefined || 'int32s' in found) return 0;
  return 'int8' in found ? found.int8 : 'int32' in found ? found.int32 : found.float32;
};

const typeOf = ({ inputs }: VersionedOperator, index = 0): string | undefined => inputs[index]?.type;
const rankOf = ({ inputs }: VersionedOperator): number =>
  Math.max(...inputs.map((input) => input?.shape.length ?? 0));
const stretches = ({ inputs }: VersionedOperator): boolean =>
  new Set(inputs.map((input) => input?.shape.join())).size > 1;

/** int8 came to most operators in their second version, and more dimensions later. */
const int8In =
  (version: number, otherwise: Rule = () => 1): Rule =>
  (operator) =>
    typeOf(operator) === 'int8' ? version : otherwise(operator);
const ofRank =
  (rank: number, version: number, otherwise: Rule): Rule =>
  (operator) =>
    rankOf(operator) > rank ? version : otherwise(operator);
const ofStretched =
  (version: number, otherwise: Rule): Rule =>
  (operator) =>
    stretches(operator) && rankOf(operator) > 4 ? version : otherwise(operator);

const scaleOf = (tensor: WrittenTensor | undefined): number => tensor?.quantization?.scale[0] ?? 0;

const rules: Readonly<Record<string, Rule>> = {
  ABS: () => 1,
  BATCH_MATMUL: int8In(2),
  CAST: int8In(3),
  CONV_2D: (operator) => {
    const [input, weight] = operator.inputs;
    if (input?.shape[3] !== weight?.shape[3]) return 6;
    return int8In(3)(operator);
  },
  DEPTHWISE_CONV_2D: int8In(3, (operator) => (field(operator, 5) > 1 || field(operator, 6) > 1 ? 2 : 1)),
  DEQUANTIZE: int8In(2),
  DIV: ofStretched(2, () => 1),
  FULLY_CONNECTED: (operator) => {
    if (operator.inputs.length === 2) return 6;
    return field(operator, 2) === 1 ? 5 : int8In(4)(operator);
  },
  GATHER: (operator) => (field(operator, 1) !== 0 ? 5 : int8In(2)(operator)),
  HARD_SWISH: () => 1,
  LEAKY_RELU: () => 1,
  MAXIMUM: ofStretched(3, int8In(2)),
  MINIMUM: ofStretched(3, int8In(2)),
  MUL: (operator) => {
    const [a, b] = operator.inputs.map(scaleOf);
    const ratio = ((a ?? 0) * (b ?? 0)) / scaleOf(operator.outputs[0]);
    return ratio >= 1 ? 3 : int8In(2)(operator);
  },
  PAD: ofRank(4, 4, int8In(2)),
  PADV2: ofRank(4, 4, int8In(2)),
  RELU: (operator) => (typeOf(operator) === 'float32' ? 1 : 2),
  RESIZE_BILINEAR: (operator) => (field(operator, 3) === 1 ? 3 : int8In(2)(operator)),
  RESIZE_NEAREST_NEIGHBOR: (operator) =>
    field(operator, 0) === 1 || field(operator, 1) === 1 ? 3 : int8In(2)(operator),
  SLICE: ofRank(4, 5, int8In(2)),
  STRIDED_SLICE: ofRank(4, 4, int8In(2)),
  SUB: ofStretched(3, int8In(2)),
  TRANSPOSE: ofRank(5, 6, ofRank(4, 4, int8In(2))),
  TRANSPOSE_CONV: (operator) => {
    if (field(operator, 3) !== 0) return 4;
    return operator.inputs.length === 4 ? 3 : typeOf(operator, 1) === 'int8' ? 2 : 1;
  },
};

/** Operators that have int8 since their second version and nothing else that is written here. */
const alike = new Set(
  `ADD AVERAGE_POOL_2D CONCATENATION EQUAL EXP LESS LOG LOGISTIC MAX_POOL_2D MEAN NOT_EQUAL RELU6 RSQRT SOFTMAX
SQUARED_DIFFERENCE TANH TOPK_V2`.split(/\s+/),
);

/** The first version of an operator that computes what this one is asked for. */
export function versionOf(operator: VersionedOperator): number {
  const rule = rules[operator.name] ?? (alike.has(operator.name) ? int8In(2) : () => 1);
  return rule(operator);
}

/** The runtime that has every operator without a row below. */
export const leastRuntime = '1.14.0';

/** The first runtimes of operators and of their later versions. */
const runtimes: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  BATCH_MATMUL: { 1: '2.3.0', 2: '2.3.0' },
  CAST: { 3: '2.8.0' },
  CONV_2D: { 6: '2.9.0' },
  DIV: { 2: '2.3.0' },
  FULLY_CONNECTED: { 5: '2.0.0', 6: '2.1.0' },
  GATHER: { 5: '2.5.0' },
  GELU: { 1: '2.9.0' },
  HARD_SWISH: { 1: '1.15.0' },
  MAXIMUM: { 3: '2.3.0' },
  MINIMUM: { 3: '2.3.0' },
  MUL: { 3: '1.15.0' },
  PAD: { 4: '2.6.0' },
  PADV2: { 4: '2.6.0' },
  RELU: { 2: '2.1.0' },
  RELU_0_TO_1: { 1: '2.10.0' },
  RESIZE_BILINEAR: { 3: '2.2.0' },
  RESIZE_NEAREST_NEIGHBOR: { 3: '2.3.0' },
  SELECT_V2: { 1: '2.2.0' },
  SLICE: { 5: '2.5.0' },
  STRIDED_SLICE: { 4: '2.2.0' },
  SUB: { 3: '2.3.0' },
  TRANSPOSE: { 4: '2.3.0', 6: '2.13.0' },
  TRANSPOSE_CONV: { 2: '2.2.0', 3: '2.3.0', 4: '2.13.0' },
};

/** The later of the runtime that operators so far need, and of that of one more. */
export function minRuntimeVersion(before: string, name: string, version: number): string {
  const numbersOf = (text: string): number =>
    text.split('.').reduce((sum, part) => 1000 * sum + Number(part), 0);
  const needed = runtimes[name]?.[version] ?? leastRuntime;
  return numbersOf(needed) > numbersOf(before) ? needed : before;
}
