/** @file Activations of a random network: those that kernels take into their stores, and those with a pass of their own. */
import type { Layer } from './layer.ts';

/** One activation, as it stands in trained networks. */
export const activation: Layer = (draft, value) => {
  const { builder } = draft;
  return draft.pick([
    () => builder.node('relu', [value], {}),
    () => builder.node('relu', [value], {}),
    () => builder.node('relu6', [value], {}),
    () => builder.node('relu6', [value], {}),
    () => builder.node('hard-swish', [value], {}),
    () => builder.node('hard-sigmoid', [value], { slope: 1 / 6, offset: 0.5 }),
    () => builder.node('leaky-relu', [value], { slope: 0.1 }),
    () => builder.node('clamp', [value], { min: -2, max: 3 }),
    () => builder.node('abs', [value], {}),
    () => builder.node('neg', [value], {}),
    () => builder.node('tanh', [value], {}),
    () => builder.node('sigmoid', [value], {}),
    () => builder.node('swish', [value], {}),
    () => builder.node('gelu', [value], { approximate: draft.pick(['none', 'tanh'] as const) }),
    () => builder.node('elu', [value], { alpha: draft.pick([1, 0.5]) }),
    () => builder.node('selu', [value], { alpha: 1.6732632, scale: 1.0507009 }),
    () => builder.node('exp', [builder.node('clamp', [value], { min: -20, max: 4 })], {}),
    () => builder.node(draft.pick(['erf', 'softplus', 'sin', 'cos', 'round'] as const), [value], {}),
    () => builder.node('log', [builder.node('clamp', [value], { min: 0.125 })], {}),
    () =>
      builder.node('prelu', [value, draft.parameter([draft.shapeOf(value).at(-1) as number], 'bias')], {}),
  ])();
};
