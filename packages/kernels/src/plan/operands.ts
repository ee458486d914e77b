/** @file What planners ask of a node: the types of its values, the numbers of its parameters, operands and steps. */
import type { ValueType } from '@sepconv/graph';
import { byteLength, type Shape, type Tensor, toFloat32 } from '@sepconv/tensor';
import { EngineError } from '../errors.js';
import type { FusedNode } from './fuse.js';
import { floatBytes } from './sizes.js';
import type { Operand, PlanContext, PlannedKernel } from './step.js';

/** The type of a value. */
export function typeOf(context: PlanContext, value: string | undefined): ValueType {
  const type = value === undefined ? undefined : context.types.get(value);
  if (type === undefined)
    throw new EngineError(`the value "${value}" has no type: the graph was not validated`);
  return type;
}

/** The type of a node's input, integers with what they stand for. */
export function typeOfInput(context: PlanContext, { node }: FusedNode, index: number): ValueType {
  return typeOf(context, node.inputs[index]);
}

/** The shape of a value. */
export function shapeOf(context: PlanContext, value: string | undefined): Shape {
  return typeOf(context, value).shape;
}

/** `[N, H, W, C]` of a value that an op has checked to be an image. */
export function imageOf(
  context: PlanContext,
  value: string | undefined,
): readonly [number, number, number, number] {
  return shapeOf(context, value) as unknown as readonly [number, number, number, number];
}

/** A parameter of a node, as it is stored. */
export function storedParameter(context: PlanContext, { node }: FusedNode, index: number): Tensor {
  const name = node.inputs[index];
  const tensor = name === undefined ? undefined : context.weights.get(name);
  if (tensor === undefined) {
    throw new EngineError(
      `${node.op} "${node.name}": input ${index} ("${name}") must be a parameter, because the engine packs it once`,
    );
  }
  return tensor;
}

/** The numbers of a parameter, as float32. */
export function parameterOf(context: PlanContext, fused: FusedNode, index: number): Tensor<'float32'> {
  return toFloat32(storedParameter(context, fused, index));
}

/** What a folded BatchNorm multiplies each output channel of a weight by; nothing where none was folded in. */
export function factorsOf(
  context: PlanContext,
  { node }: FusedNode,
  index: number,
): Float64Array | undefined {
  return context.factors.get(node.inputs[index] ?? '');
}

/** The numbers of a bias, or zeros where the node has none. */
export function biasOf(
  context: PlanContext,
  fused: FusedNode,
  index: number,
  channels: number,
): Float32Array {
  return fused.node.inputs.length > index
    ? parameterOf(context, fused, index).data
    : new Float32Array(channels);
}

/** The addend of an epilogue as the last operand, if there is one. */
export function addendOf({ addend }: FusedNode): Operand[] {
  return addend === undefined ? [] : [{ kind: 'value', value: addend }];
}

/** Packed integers of so many bytes; `fill` writes them at an address of the memory. */
export function packedIntegers(
  bytes: number,
  fill: (buffer: ArrayBufferLike, address: number) => void,
): Operand {
  return {
    kind: 'weights',
    length: Math.ceil(bytes / floatBytes),
    fill: ({ buffer, byteOffset }) => fill(buffer, byteOffset),
  };
}

/** An input in memory: a value, or a parameter's numbers copied there. */
export function inputOperand(context: PlanContext, fused: FusedNode, index: number): Operand {
  const value = fused.node.inputs[index] as string;
  const tensor = context.weights.get(value);
  if (tensor === undefined) return { kind: 'value', value };
  const { data } = ['int8', 'uint8', 'int32'].includes(tensor.dtype) ? tensor : toFloat32(tensor);
  return packedIntegers(data.byteLength, (buffer, address) => {
    new Uint8Array(buffer, address, data.byteLength).set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  });
}

/** A node as one step: its inputs, unless others are given, its output, and what its epilogue adds. */
export function oneStep<K>(
  context: PlanContext,
  fused: FusedNode,
  kernel: K,
  units: number,
  inputs: readonly Operand[] = fused.node.inputs.map((_, index) => inputOperand(context, fused, index)),
): [PlannedKernel<K>] {
  const output = { kind: 'value' as const, value: fused.output };
  const operands = [...inputs, output, ...addendOf(fused)];
  const outputBytes = byteLength(typeOf(context, fused.output));
  return [{ kernel, units, operands, output: fused.output, outputBytes }];
}
