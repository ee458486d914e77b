/** @file What planners ask of a node: the types of its values, the numbers of its parameters, operands and steps. */
import type { FusedNode, ValueType } from '@sepconv/graph';
import { byteLength, type Shape } from '@sepconv/tensor';
import { EngineError } from '../errors.js';
import type { LayerParameters } from './layout.js';
import type { Operand, PlanContext, PlannedStep } from './step.js';

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

/** Whether an input is a parameter. */
export function isParameter(context: PlanContext, { node }: FusedNode, index: number): boolean {
  return context.parameters.has(node.inputs[index] ?? '');
}

/** The name of a parameter of a node. */
export function parameterOf(context: PlanContext, fused: FusedNode, index: number): string {
  const { op, name, inputs } = fused.node;
  if (isParameter(context, fused, index)) return inputs[index] as string;
  throw new EngineError(
    `${op} "${name}": input ${index} ("${inputs[index]}") must be a parameter, because the engine packs it once`,
  );
}

/** The weight of a layer, its bias behind that if there is one, and what is folded into them. */
export function layerParameters(context: PlanContext, fused: FusedNode): LayerParameters {
  const weight = parameterOf(context, fused, 1);
  const folded = context.folded.get(weight);
  if (folded !== undefined) return folded;
  return { weight, ...(fused.node.inputs.length > 2 && { bias: parameterOf(context, fused, 2) }) };
}

/** The addend of an epilogue as the last operand, if there is one. */
export function addendOf({ addend }: FusedNode): Operand[] {
  return addend === undefined ? [] : [{ kind: 'value', value: addend }];
}

/** A table that depends on no parameter. */
export function constantOperand({ buffer, byteOffset, byteLength }: ArrayBufferView): Operand {
  const data = new Uint8Array(buffer, byteOffset, byteLength);
  return { kind: 'weights', bytes: byteLength, layout: { kind: 'constant', data } };
}

/** A value in memory: as the network has it, or a parameter's numbers copied there. */
export function valueOperand(context: PlanContext, value: string): Operand {
  if (!context.parameters.has(value)) return { kind: 'value', value };
  const bytes = byteLength(typeOf(context, value));
  return { kind: 'weights', bytes, layout: { kind: 'copy', parameters: [value], stride: bytes } };
}

/** An input in memory. */
export function inputOperand(context: PlanContext, fused: FusedNode, index: number): Operand {
  return valueOperand(context, fused.node.inputs[index] as string);
}

/** A node as one step: its inputs, unless others are given, its output, and what its epilogue adds. */
export function oneStep<K>(
  context: PlanContext,
  fused: FusedNode,
  kernel: K,
  units: number,
  inputs: readonly Operand[] = fused.node.inputs.map((_, index) => inputOperand(context, fused, index)),
): [PlannedStep<K>] {
  const output = { kind: 'value' as const, value: fused.output };
  const operands = [...inputs, output, ...addendOf(fused)];
  const outputBytes = byteLength(typeOf(context, fused.output));
  return [{ kernel, units, operands, output: fused.output, outputBytes }];
}
