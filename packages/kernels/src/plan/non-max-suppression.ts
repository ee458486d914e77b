/** @file Planning of the choice of boxes that do not overlap. */
import type { FusedNode, NodeOf, NonMaxSuppressionAttributes } from '@sepconv/graph';
import { inputOperand, oneStep, shapeOf } from './operands.js';
import { floatBytes } from './sizes.js';
import type { PlanContext, PlannedStep } from './step.js';

/** The best of so many boxes in so many classes. All of it is one unit of work; the scores of a class are in scratch. */
export interface NonMaxSuppressionKernel extends NonMaxSuppressionAttributes {
  readonly kind: 'non-max-suppression';
  readonly name: string;
  readonly boxes: number;
  readonly classes: number;
}

/** `non-max-suppression`. */
export function planNonMaxSuppression(
  context: PlanContext,
  fused: FusedNode,
): PlannedStep<NonMaxSuppressionKernel>[] {
  const { attributes, inputs } = fused.node as NodeOf<'non-max-suppression'>;
  const [boxes, classes] = shapeOf(context, inputs[1]) as readonly [number, number];
  const kernel: NonMaxSuppressionKernel = {
    kind: 'non-max-suppression',
    name: 'f32_non-max-suppression__scalar',
    ...attributes,
    perClass: Math.min(attributes.perClass, boxes),
    boxes,
    classes,
  };
  return oneStep(context, fused, kernel, 1, [
    inputOperand(context, fused, 0),
    inputOperand(context, fused, 1),
    { kind: 'scratch', bytes: boxes * floatBytes },
  ]);
}
