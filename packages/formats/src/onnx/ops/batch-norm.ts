import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import type { Value } from '../layout.js';

/** BatchNormalization in inference, over dimension 1: scale, shift, mean and variance are `[C]`. */
export function readBatchNorm(context: NodeContext): Value {
  if (context.integerAttribute('training_mode', 0) !== 0) {
    refuse('is in training mode: export the model for inference');
  }
  if (context.integerAttribute('spatial', 1) === 0)
    refuse('normalizes every pixel by itself, which is not supported');
  const { name, shape, order } = context.withChannelsLast(0);
  const channels = shape.at(-1) ?? 1;
  const parameters = (['scale', 'shift', 'mean', 'variance'] as const).map((role, i) =>
    context.vector(i + 1, channels, `the ${role}`, role),
  );
  const epsilon = context.floatAttribute('epsilon', 1e-5);
  return context.result(context.emit('batch-norm', [name, ...parameters], { epsilon }), order);
}
