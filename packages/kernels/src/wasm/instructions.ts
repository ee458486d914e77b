/**
 * @file The instructions that the kernels use, under their names in the specification. Operands come first in the
 * binary, as on the machine's stack: `i32.add(a, b)` is the code of `a`, the code of `b`, the opcode.
 */
import { type Code, signed, unsigned, word } from './code.js';

/** A local variable or parameter of a function. */
export interface Local {
  readonly type: 'i32' | 'v128' | 'f32' | 'f64';
  /** The index, as it is written. */
  readonly index: Code;
  /** The code that reads it, made once because it is used so often. */
  readonly read: Code;
}

/** The local with this index in its function. */
export function localAt(index: number, type: Local['type']): Local {
  const encoded = unsigned(index);
  return { type, index: encoded, read: index < 0x80 ? word(0x20, index) : [0x20, encoded] };
}

/** Reads a local. */
export const get = (local: Local): Code => local.read;
/** Writes a local. */
export const set = (local: Local, value: Code): Code => [value, 0x21, local.index];
/** Writes a local and leaves its value on the stack. */
export const tee = (local: Local, value: Code): Code => [value, 0x22, local.index];
/** Calls the function with this index in the module. */
export const call = (functionIndex: number, args: readonly Code[]): Code => [
  args,
  0x10,
  unsigned(functionIndex),
];
/** A loop: `brIf(0, …)` directly inside jumps back to its start. */
export const loop = (body: Code): Code => [0x03, 0x40, body, 0x0b];
/** A block: `brIf(0, …)` directly inside jumps behind its end. */
export const block = (body: Code): Code => [0x02, 0x40, body, 0x0b];
/** Jumps when the condition is not zero; `depth` counts the enclosing blocks and loops outwards. */
export const brIf = (depth: number, condition: Code): Code => [condition, 0x0d, unsigned(depth)];
/** Runs one of two branches. */
export const ifElse = (condition: Code, then: Code, otherwise: Code = []): Code => [
  condition,
  [0x04, 0x40],
  then,
  0x05,
  otherwise,
  0x0b,
];
/** `first` when the condition is not zero, else `second`; both are computed. */
export const select = (first: Code, second: Code, condition: Code): Code => [first, second, condition, 0x1b];

type Binary = (a: Code, b: Code) => Code;
const binary =
  (opcode: number): Binary =>
  (a, b) => [a, b, opcode];

/** A load or a store of one number: opcode, no promise of alignment, and the offset. */
const loadNumber =
  (opcode: number) =>
  (address: Code, offset = 0): Code => [address, word(opcode, 0), unsigned(offset)];
const storeNumber =
  (opcode: number) =>
  (address: Code, value: Code, offset = 0): Code => [address, value, word(opcode, 0), unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, signed(value)],
  eq: binary(0x46),
  ltS: binary(0x48),
  ltU: binary(0x49),
  gtS: binary(0x4a),
  geS: binary(0x4e),
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  divS: binary(0x6d),
  divU: binary(0x6e),
  remU: binary(0x70),
  and: binary(0x71),
  or: binary(0x72),
  shl: binary(0x74),
  shrS: binary(0x75),
  load: loadNumber(0x28),
  load8S: loadNumber(0x2c),
  load8U: loadNumber(0x2d),
  store: storeNumber(0x36),
  store8: storeNumber(0x3a),
  /** The integer part of a float; NaN gives 0, and what is too large the nearest integer. */
  truncSatF32S: (a: Code): Code => [a, 0xfc, 0],
  truncSatF64S: (a: Code): Code => [a, 0xfc, 2],
};

export const f32 = {
  const: (value: number): Code => [0x43, new Uint8Array(Float32Array.of(value).buffer)],
  load: loadNumber(0x2a),
  store: storeNumber(0x38),
  eq: binary(0x5b),
  lt: binary(0x5d),
  gt: binary(0x5e),
  ge: binary(0x60),
  neg: (a: Code): Code => [a, 0x8c],
  /** The nearest integer, halves to the even one. */
  nearest: (a: Code): Code => [a, 0x90],
  add: binary(0x92),
  sub: binary(0x93),
  mul: binary(0x94),
  div: binary(0x95),
  /** With NaN in either, the result is NaN. */
  min: binary(0x96),
  max: binary(0x97),
  convertI32S: (a: Code): Code => [a, 0xb2],
  /** The float with these bits. */
  reinterpretI32: (a: Code): Code => [a, 0xbe],
  /** A float64, rounded. */
  demote: (a: Code): Code => [a, 0xb6],
};

export const f64 = {
  const: (value: number): Code => [0x44, new Uint8Array(Float64Array.of(value).buffer)],
  /** A float32, as it is. */
  promote: (a: Code): Code => [a, 0xbb],
  sqrt: (a: Code): Code => [a, 0x9f],
  add: binary(0xa0),
  sub: binary(0xa1),
  mul: binary(0xa2),
  div: binary(0xa3),
};

/** Whole pieces of memory at a time. */
export const memory = {
  copy: (target: Code, source: Code, bytes: Code): Code => [target, source, bytes, 0xfc, 10, 0, 0],
  fill: (target: Code, byte: Code, bytes: Code): Code => [target, byte, bytes, 0xfc, 11, 0],
};

/** A vector instruction: its prefix and its number. */
const simd = (number: number): Code =>
  number < 0x80 ? word(0xfd, number) : word(0xfd, (number & 0x7f) | 0x80, number >> 7);
const unaryVector = (number: number): ((a: Code) => Code) => {
  const opcode = simd(number);
  return (a) => [a, opcode];
};
const binaryVector = (number: number): Binary => {
  const opcode = simd(number);
  return (a, b) => [a, b, opcode];
};
/** A load: opcode (below 128), no promise of alignment because channels need not come in fours, and the offset. */
const load = (number: number): ((address: Code, offset?: number) => Code) => {
  const opcode = word(0xfd, number, 0);
  return (address, offset = 0) => [address, opcode, unsigned(offset)];
};

/** A store of a whole vector, or of one lane of it. */
const store = (address: Code, value: Code, offset = 0): Code => [
  address,
  value,
  word(0xfd, 11, 0),
  unsigned(offset),
];
const storeLane =
  (number: number) =>
  (address: Code, value: Code, lane: number, offset = 0): Code => [
    address,
    value,
    word(0xfd, number, 0),
    unsigned(offset),
    lane,
  ];

export const v128 = {
  load: load(0),
  /** Eight bytes, each widened to 16 bits. */
  load8x8S: load(1),
  load8x8U: load(2),
  load32Splat: load(9),
  /** `value` with one lane loaded. */
  load32Lane: (address: Code, value: Code, lane: number): Code => storeLane(86)(address, value, lane),
  store,
  store8Lane: storeLane(88),
  store16Lane: storeLane(89),
  store32Lane: storeLane(90),
  store64Lane: storeLane(91),
  /** Sixteen bytes. */
  const: (bytes: readonly number[]): Code => [simd(12), bytes],
  and: binaryVector(78),
  andnot: binaryVector(79),
  or: binaryVector(80),
  xor: binaryVector(81),
  /** Whether any bit is set. */
  anyTrue: unaryVector(83),
  bitselect: (a: Code, b: Code, mask: Code): Code => [a, b, mask, simd(82)],
};

export const f32x4 = {
  splat: (a: Code): Code => [a, simd(19)],
  extractLane: (a: Code, lane: number): Code => [a, simd(31), lane],
  /** An integer, converted, in every lane. */
  fromInteger: (a: Code): Code => [a, simd(17), simd(250)],
  convertI32x4S: unaryVector(250),
  const: (value: number): Code => {
    const bytes = [...new Uint8Array(Float32Array.of(value).buffer)];
    return v128.const([...bytes, ...bytes, ...bytes, ...bytes]);
  },
  /** Lanes picked from the lanes 0–3 of `a` and 4–7 of `b`. */
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [
    a,
    b,
    simd(13),
    lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
  ],
  eq: binaryVector(65),
  ne: binaryVector(66),
  lt: binaryVector(67),
  gt: binaryVector(68),
  ge: binaryVector(70),
  /** Two float64, rounded, in the lower lanes; zeros above. */
  demoteZero: unaryVector(94),
  ceil: unaryVector(103),
  floor: unaryVector(104),
  trunc: unaryVector(105),
  nearest: unaryVector(106),
  abs: unaryVector(224),
  neg: unaryVector(225),
  sqrt: unaryVector(227),
  add: binaryVector(228),
  sub: binaryVector(229),
  mul: binaryVector(230),
  div: binaryVector(231),
  /** With NaN in either, the result is NaN. */
  min: binaryVector(232),
  max: binaryVector(233),
  /** `b < a ? b : a`: with NaN in `a`, the result is `a`. */
  pmin: binaryVector(234),
  /** `a < b ? b : a`: with NaN in `a`, the result is `a`. */
  pmax: binaryVector(235),
  /** `a · b + c`, rounded once or twice as the processor does it, always the same way on one machine. */
  relaxedMadd: (a: Code, b: Code, c: Code): Code => [a, b, c, simd(0x105)],
};

export const i8x16 = {
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [a, b, simd(13), ...lanes],
  /** All bits of a byte where that of `a` is the lesser of two without signs. */
  ltU: binaryVector(38),
  maxS: binaryVector(120),
  maxU: binaryVector(121),
  splat: (a: Code): Code => [a, simd(15)],
  /** The eight integers of `a`, then those of `b`, as the nearest ones of 8 bits. */
  narrowI16x8S: binaryVector(101),
  narrowI16x8U: binaryVector(102),
};

export const i16x8 = {
  splat: (a: Code): Code => [a, simd(16)],
  sub: binaryVector(145),
  /** The sums of two neighbouring bytes each. */
  extaddPairwiseI8x16S: unaryVector(124),
  extaddPairwiseI8x16U: unaryVector(125),
  /** Lanes picked from the lanes 0–7 of `a` and 8–15 of `b`. */
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [
    a,
    b,
    simd(13),
    lanes.flatMap((lane) => [2 * lane, 2 * lane + 1]),
  ],
  /** The four integers of `a`, then those of `b`, as the nearest ones of 16 bits. */
  narrowI32x4S: binaryVector(133),
};

export const i32x4 = {
  splat: (a: Code): Code => [a, simd(17)],
  const: (value: number): Code => {
    const bytes = [...new Uint8Array(Int32Array.of(value).buffer)];
    return v128.const([...bytes, ...bytes, ...bytes, ...bytes]);
  },
  extractLane: (a: Code, lane: number): Code => [a, simd(27), lane],
  /** The sums of two neighbouring 16-bit integers each. */
  extaddPairwiseI16x8S: unaryVector(126),
  extaddPairwiseI16x8U: unaryVector(127),
  /**
   * The sums of four neighbouring products of bytes, and `c`. Those of `b` are 0 to 127, or as the host takes them: see
   * `engines/byte-products.ts`.
   */
  relaxedDotI8x16I7x16AddS: (a: Code, b: Code, c: Code): Code => [a, b, c, simd(0x113)],
  add: binaryVector(174),
  sub: binaryVector(177),
  mul: binaryVector(181),
  minS: binaryVector(182),
  maxS: binaryVector(184),
  /** The four lower of eight 16-bit integers, and the four upper ones. */
  extendLowI16x8S: unaryVector(167),
  extendHighI16x8S: unaryVector(168),
  shl: (a: Code, bits: number): Code => [a, i32.const(bits), simd(171)],
  gtS: binaryVector(59),
  /** The integer parts of floats; NaN gives 0, and what is too large the nearest integer. */
  truncSatF32x4S: unaryVector(248),
  replaceLane: (a: Code, lane: number, value: Code): Code => [a, value, simd(28), lane],
  shrS: (a: Code, bits: number): Code => [a, i32.const(bits), simd(172)],
  /** The sums of two neighbouring products of 16-bit integers. */
  dotI16x8S: binaryVector(186),
  /** The products of the four lower 16-bit integers, and of the four upper ones. */
  extmulLowI16x8S: binaryVector(188),
  extmulHighI16x8S: binaryVector(189),
};

export const f64x2 = {
  const: (value: number): Code => {
    const bytes = [...new Uint8Array(Float64Array.of(value).buffer)];
    return v128.const([...bytes, ...bytes]);
  },
  eq: binaryVector(71),
  lt: binaryVector(73),
  gt: binaryVector(74),
  /** The two lower float32. */
  promoteLow: unaryVector(95),
  add: binaryVector(240),
  sub: binaryVector(241),
  mul: binaryVector(242),
  div: binaryVector(243),
  /** As those of `f32x4`: with NaN in `a`, the result is `a`. */
  pmin: binaryVector(246),
  pmax: binaryVector(247),
};

export const i64x2 = {
  shl: (a: Code, bits: number): Code => [a, i32.const(bits), simd(203)],
  shrS: (a: Code, bits: number): Code => [a, i32.const(bits), simd(204)],
  shrU: (a: Code, bits: number): Code => [a, i32.const(bits), simd(205)],
};
