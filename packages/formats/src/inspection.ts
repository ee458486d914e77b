/** @file What a model file holds, told without importing it: every reader's inspection gives this one form. */
import { countBy } from './count-by.js';
import { quote } from './errors.js';

/** An input or output as the file describes it. */
export interface InspectedValue {
  readonly name: string;
  /** The file's element type, under this library's names: `float32`, `uint8`, `int64`. */
  readonly type: string;
  /**
   * In the file's own order of dimensions. A dimension that the file leaves open is its name there, or `?` where it has
   * none. Absent when the file says nothing.
   */
  readonly shape?: readonly (number | string)[];
  /** Present when the numbers are quantized: `real = scale · (stored − zeroPoint)`. */
  readonly quantization?: {
    readonly scale: readonly number[];
    readonly zeroPoint: readonly number[];
  };
}

/** How often a file uses an op. */
export interface InspectedOp {
  readonly op: string;
  readonly count: number;
  /**
   * Whether this library has a reader for it, or needs none because no output depends on it. How the file uses it may
   * still be refused.
   */
  readonly isSupported: boolean;
}

/** Stored weights of one element type. */
export interface InspectedParameters {
  readonly type: string;
  readonly tensors: number;
  /** Numbers, as the shapes say. */
  readonly elements: number;
  /** Bytes that they take in the file. */
  readonly bytes: number;
}

/** Something in the file that this library cannot read. */
export interface UnsupportedPart {
  /** What it is: an op, a kind of tensor. */
  readonly what: string;
  readonly count: number;
  /** Where it occurs first: the node's or tensor's name. */
  readonly first: string;
  /** Why it cannot be read, in a sentence. */
  readonly why: string;
}

/** A format of model files. */
export type Format = 'tflite' | 'safetensors' | 'onnx' | 'tfjs';

/** What a model file holds. */
export interface Inspection {
  readonly format: Format;
  /** Versions, producer, and other texts of the file, by what they are. */
  readonly details: readonly (readonly [what: string, value: string])[];
  readonly inputs: readonly InspectedValue[];
  readonly outputs: readonly InspectedValue[];
  /** The most frequent first. */
  readonly ops: readonly InspectedOp[];
  readonly parameters: readonly InspectedParameters[];
  readonly unsupported: readonly UnsupportedPart[];
}

/** A node, as far as it is counted. */
export interface CountedNode {
  readonly op: string;
  /** Its name, or that of its output. */
  readonly name: string;
}

/** Counts ops, and lists those without a reader. */
export function countOps(
  nodes: Iterable<CountedNode>,
  isSupported: (op: string) => boolean,
): { ops: InspectedOp[]; unsupported: UnsupportedPart[] } {
  const counts = countBy(nodes, ({ op }) => op);
  const ops = [...counts]
    .map(([op, { count }]) => ({ op, count, isSupported: isSupported(op) }))
    .toSorted((a, b) => b.count - a.count);
  const unsupported = ops
    .filter((op) => !op.isSupported)
    .map(({ op, count }) => ({
      what: op,
      count,
      first: counts.get(op)?.first.name ?? '',
      why: 'no reader for this op',
    }));
  return { ops, unsupported };
}

/** A stored tensor, as far as it is counted. */
export interface CountedTensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Adds up stored weights by type, in the order of the types' first tensors, and lists shapes that cannot be. */
export function countParameters(tensors: Iterable<CountedTensor>): {
  parameters: InspectedParameters[];
  unsupported: UnsupportedPart[];
} {
  const byType = new Map<string, { tensors: number; elements: number; bytes: number }>();
  const impossible: CountedTensor[] = [];
  for (const tensor of tensors) {
    const elements = tensor.shape.reduce((product, dimension) => product * dimension, 1);
    const isPossible = Number.isSafeInteger(elements) && tensor.shape.every((dimension) => dimension >= 0);
    if (!isPossible) impossible.push(tensor);
    const sum = byType.get(tensor.type) ?? { tensors: 0, elements: 0, bytes: 0 };
    byType.set(tensor.type, {
      tensors: sum.tensors + 1,
      elements: sum.elements + (isPossible ? elements : 0),
      bytes: sum.bytes + tensor.bytes,
    });
  }
  const parameters = [...byType].map(([type, sum]) => ({ type, ...sum }));
  const [first] = impossible;
  if (first === undefined) return { parameters, unsupported: [] };
  const why = `${quote(first.name)} claims the shape ${first.shape.join('×')}, which no tensor has`;
  const what = 'tensors of an impossible shape';
  return { parameters, unsupported: [{ what, count: impossible.length, first: first.name, why }] };
}

/** Something that makes the whole list of a kind unsupported; nothing when there is none of it. */
export function unsupportedKind(what: string, names: readonly string[], why: string): UnsupportedPart[] {
  const [first] = names;
  return first === undefined ? [] : [{ what, count: names.length, first, why }];
}
