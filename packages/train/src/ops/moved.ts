/** @file Everything that only moves elements: each output element that comes from somewhere gives its gradient back there. */
import type { OpName } from '@sepconv/graph';
import type { OpShapes, TrainingOp } from './training-op.js';

/** Calls `visit` for each output element that is a copy of an input's: which input, and where in it. */
export type Moves<Name extends OpName> = (
  shapes: OpShapes<Name>,
  visit: (output: number, input: number, element: number) => void,
) => void;

/** An op from the list of its copies; an element that is no copy has the value `filler`. */
export function moved<Name extends OpName>(
  moves: Moves<Name>,
  filler: (shapes: OpShapes<Name>) => number = () => 0,
): TrainingOp<Name> {
  return {
    forward: (call) => {
      call.output.fill(filler(call));
      moves(call, (o, input, i) => (call.output[o] = call.inputs[input]![i]!));
    },
    backward: (call) => {
      const { outputGradient, inputGradients } = call;
      moves(call, (o, input, i) => {
        const target = inputGradients[input];
        if (target !== undefined) target[i] = target[i]! + outputGradient[o]!;
      });
    },
  };
}

/** Every element stays where it is in row-major order. */
export const inPlace: Moves<OpName> = ({ outputShape }, visit) => {
  const count = outputShape.reduce((product, size) => product * size, 1);
  for (let i = 0; i < count; i++) visit(i, 0, i);
};
