import type { FusedNode, Node, ValueTypes } from '@sepconv/graph';
import type { Shape } from '@sepconv/tensor';
import { GpuError } from '../errors.js';
import type { Access, Finish, Kernel, Width } from './kernel.js';
import type { Operand, OperandList } from './operands.js';

/** A dispatch. */
export interface Step {
  /** Names of the nodes that it computes. */
  readonly nodes: readonly string[];
  readonly kernel: Kernel;
  readonly operands: readonly Operand[];
  /** How each operand is bound, and behind them the output. */
  readonly accesses: readonly Access[];
  readonly output: string;
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/** What the planner of an op knows besides its node. */
export interface PlanContext {
  readonly types: ValueTypes;
  /** An operand by the name of a value. */
  operandOf(value: string): Operand;
  /** The same for weights that are read in this width: in 16 bits a number, where they are to be and go in vectors. */
  weightOf(value: string, width: Width): Operand;
}

/** A value's shape. */
export function shapeOf({ types }: PlanContext, value: string | undefined): Shape {
  const type = types.get(value ?? '');
  if (type === undefined) throw new GpuError(`the graph has no value "${value}"`);
  return type.shape;
}

/** The operand at a position of the node's inputs. */
export const operandAt = (context: PlanContext, node: Node, index: number): Operand =>
  context.operandOf(node.inputs[index] as string);

/** What a node's epilogue is, with its addend among the operands. */
export function finishOf(
  context: PlanContext,
  list: OperandList,
  { epilogue, addend }: FusedNode,
  width: Width,
): Finish {
  if (addend === undefined) return { stages: epilogue };
  return { stages: epilogue, addend: list.add(context.operandOf(addend), width) };
}

/** The most workgroups along a dimension that every device has. */
const mostWorkgroups = 65535;

/** Workgroups for so many threads, in rows of as many as there can be. */
export function workgroupsFor(count: number, perGroup: number): readonly [number, number, number] {
  const groups = Math.ceil(count / perGroup);
  const rows = Math.ceil(groups / mostWorkgroups);
  return [Math.ceil(groups / rows), rows, 1];
}

/** The step of a fused node. */
export function stepOf(
  { names, output }: Pick<FusedNode, 'names' | 'output'>,
  list: OperandList,
  outputWidth: Width,
  kernel: Kernel,
  workgroups: Step['workgroups'],
): Step {
  const accesses = [...list.accesses, { isWritable: true, width: outputWidth }];
  return { nodes: names, kernel, operands: list.operands, accesses, output, workgroups };
}
