/** @file Planning of the way back through smooth activations, those of MobileNetV3 and EfficientNet: `out = g · f'(x)`. */
import type { Activation, ActivationOfKind } from '@sepconv/graph';
import type { Engine } from '@sepconv/kernels/toolkit';

/** An activation whose slope has a kernel; a clamp's is a mask. */
export type SmoothActivation = ActivationOfKind<'hard-swish' | 'hard-sigmoid' | 'sigmoid' | 'swish'>;

/** Parameters: g, x, out. A unit of work is `flatUnit` floats. */
export interface SlopeKernel {
  readonly kind: 'slope';
  readonly name: string;
  readonly length: number;
  readonly activation: SmoothActivation;
}

/** Whether an activation has such a kernel. */
export function isSmooth(activation: Activation): activation is SmoothActivation {
  return ['hard-swish', 'hard-sigmoid', 'sigmoid', 'swish'].includes(activation.kind);
}

export function planSlope(engine: Engine, length: number, activation: SmoothActivation): SlopeKernel {
  return { kind: 'slope', name: `f32_${activation.kind}-slope__${engine.name}`, length, activation };
}
