import { aroundAxis, type Floats, type OpShapes, type TrainingOp } from './training-op.js';

/** Calls `visit` for every line along the axis with the positions on it. */
function forEachLine(
  { attributes, outputShape }: OpShapes<'softmax'>,
  visit: (positions: readonly number[]) => void,
): void {
  const { outer, size, inner } = aroundAxis(outputShape, attributes.axis);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      visit(Array.from({ length: size }, (_, k) => (o * size + k) * inner + i));
    }
  }
}

/** `p = eˣ / Σ eˣ`, whose gradient is `p · (g − Σ p · g)` for the output's gradient g. */
export const softmax: TrainingOp<'softmax'> = {
  forward: (call) => {
    const [input] = call.inputs as readonly [Floats];
    forEachLine(call, (positions) => {
      const most = positions.reduce((m, i) => Math.max(m, input[i]!), -Infinity);
      const sum = positions.reduce((s, i) => s + Math.exp(input[i]! - most), 0);
      for (const i of positions) call.output[i] = Math.exp(input[i]! - most) / sum;
    });
  },
  backward: (call) => {
    const { output, outputGradient, inputGradients } = call;
    const [target] = inputGradients;
    if (target === undefined) return;
    forEachLine(call, (positions) => {
      const mean = positions.reduce((s, i) => s + output[i]! * outputGradient[i]!, 0);
      for (const i of positions) target[i] = target[i]! + output[i]! * (outputGradient[i]! - mean);
    });
  },
};
