import type { DType, Quantization, Shape } from '@sepconv/tensor';

/** What is known of a value before the network runs. */
export interface ValueType {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly quantization?: Quantization;
}
