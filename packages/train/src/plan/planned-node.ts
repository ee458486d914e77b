/** @file What a planner of one node is given, and what it gives back. */
import type { Epilogue, NodeOf } from '@sepconv/graph';
import { type Engine, flatUnit } from '@sepconv/kernels/toolkit';
import { elementCount, type Shape } from '@sepconv/tensor';
import type { TrainingOpName } from '../ops/training-op.js';
import type { Bounds } from './column-sums.js';
import { planMask } from './mask.js';
import type { Buffer, StepList } from './step-list.js';

/** What BatchNorm goes by. */
export interface NormMode {
  /** Whether by the moving statistics instead of each batch's own. */
  areFrozen: boolean;
}

/** All that a node's planner may look at. */
export interface NodeContext<Name extends TrainingOpName> {
  readonly node: NodeOf<Name>;
  readonly engine: Engine;
  readonly list: StepList;
  readonly shapes: readonly Shape[];
  readonly outputShape: Shape;
  readonly inputs: readonly Buffer[];
  /** What the node's kernel does in its store: a clamp behind it, or nothing. */
  readonly epilogue: Epilogue;
  /** The bounds of that clamp. */
  readonly bounds: Bounds | undefined;
  /** The share of the past in moving statistics. */
  readonly batchNormMomentum: number;
  /** Whether norms go by their moving statistics, which then stay: looked at in each step. */
  readonly norms: NormMode;
  /** Whether anything asks for the gradient of this input. */
  wants(input: number): boolean;
  /** Hands over the gradient of an input, which nobody may change from now on. */
  give(input: number, gradient: Buffer): void;
}

/** The way forward of a node is planned when this is returned; its way back when `backward` is called. */
export interface PlannedNode {
  readonly output: Buffer;
  /** @param gradient ∂L/∂output, behind the activation of `bounds`; not to be changed. */
  backward(gradient: Buffer): void;
}

export type NodePlanner<Name extends TrainingOpName> = (context: NodeContext<Name>) => PlannedNode;

/** A new buffer for the node's output. */
export function outputBuffer({ list, node, outputShape }: NodeContext<TrainingOpName>): Buffer {
  return list.buffer(node.name, elementCount(outputShape));
}

/** The gradient in front of the activation of `bounds`, or the gradient itself where there is none. */
export function behindActivation(
  { list, engine, node, bounds }: NodeContext<TrainingOpName>,
  output: Buffer,
  gradient: Buffer,
): Buffer {
  if (bounds === undefined) return gradient;
  const result = list.buffer(`${node.name}/masked-gradient`, output.floats);
  const kernel = planMask(engine, output.floats, bounds);
  list.kernel(node.name, kernel, Math.ceil(output.floats / flatUnit), gradient, output, result);
  return result;
}
