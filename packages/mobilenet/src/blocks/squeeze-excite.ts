import { type GraphBuilder, pointwiseConv2d } from '@sepconv/graph';
import { type Activation, activate } from './normalized.js';

/** Options of {@link squeezeExcite}. */
export interface SqueezeExciteOptions {
  /** Channels of the bottleneck. */
  readonly squeezed: number;
  readonly activation: Activation;
  /** What makes a gate in [0, 1] of a number. */
  readonly gate: 'sigmoid' | 'hard-sigmoid';
}

/**
 * Squeeze-and-excite: the mean of every channel goes through a bottleneck of two pointwise layers, and comes out as a
 * factor for that channel.
 *
 * `[N, H, W, C]` → `[N, H, W, C]`. Nodes: `<name>-pool`, `<name>-reduce`, `<name>-expand`, `<name>-mul` and their
 * activations. Source: Hu et al. 2018, arXiv:1709.01507.
 */
export function squeezeExcite(
  builder: GraphBuilder,
  input: string,
  name: string,
  { squeezed, activation, gate }: SqueezeExciteOptions,
): string {
  const filters = builder.imageShapeOf(input)[3];
  const mean = builder.node('global-average-pool2d', [input], {}, `${name}-pool`);
  const reduced = pointwiseConv2d(builder, mean, { name: `${name}-reduce`, filters: squeezed });
  const active = activate(builder, reduced, `${name}-reduce`, activation);
  const expanded = pointwiseConv2d(builder, active, { name: `${name}-expand`, filters });
  const factor =
    gate === 'sigmoid'
      ? builder.node('sigmoid', [expanded], {}, `${name}-gate`)
      : builder.node('hard-sigmoid', [expanded], { slope: 1 / 6, offset: 0.5 }, `${name}-gate`);
  return builder.node('mul', [input, factor], {}, `${name}-mul`);
}
