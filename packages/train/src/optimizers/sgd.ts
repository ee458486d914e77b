import type { UpdateRule } from './update-rule.js';

/** Options of stochastic gradient descent. */
export interface SgdOptions {
  readonly kind: 'sgd';
  /** Default 0.9. */
  readonly momentum?: number;
  /** Nesterov's momentum, which looks one step ahead. Default `false`. */
  readonly nesterov?: boolean;
}

/**
 * With the decayed gradient `h = g + decay · w`:
 *
 *   v ← momentum · v + h,   w ← w − rate · (nesterov ? h + momentum · v : v)
 *
 * Source: Sutskever et al. 2013, in the form of PyTorch, in which the rate multiplies the velocity and not what enters it.
 */
export function sgd({ momentum = 0.9, nesterov = false }: SgdOptions): UpdateRule {
  return {
    states: momentum === 0 ? [] : ['velocity'],
    update: (values, gradient, [velocity], { learningRate, weightDecay }) => {
      for (let i = 0; i < values.length; i++) {
        const h = gradient[i]! + weightDecay * values[i]!;
        let step = h;
        if (velocity !== undefined) {
          const v = momentum * velocity[i]! + h;
          velocity[i] = v;
          step = nesterov ? h + momentum * v : v;
        }
        values[i] = values[i]! - learningRate * step;
      }
    },
  };
}
