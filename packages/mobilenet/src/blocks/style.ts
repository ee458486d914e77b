import type { PaddingSpec } from '@sepconv/graph';

/** What frameworks do differently in the same network. Neither changes a count; both change numbers. */
export interface Style {
  /** BatchNorm's ε. */
  readonly epsilon: number;
  /** Zeros around the input of a K×K window. */
  readonly padding: (kernel: number) => PaddingSpec;
}

/** Keras: ε = 10⁻³, and with stride 2 an odd zero at the bottom and the right. */
export const kerasStyle: Style = { epsilon: 1e-3, padding: () => 'same' };

/** PyTorch: ε = 10⁻⁵, and ⌊K/2⌋ zeros on all sides. */
export const torchStyle: Style = { epsilon: 1e-5, padding: (kernel) => Math.floor(kernel / 2) };

/** Whose network to build, where implementations differ: `'paper'` is the authors' own code, whose padding Keras took over. */
export type NetworkVariant = 'keras' | 'torchvision' | 'paper';

/** Every {@link NetworkVariant}. */
export const variants: readonly NetworkVariant[] = ['keras', 'torchvision', 'paper'];

/** The style of a variant. */
export function styleOf(variant: NetworkVariant): Style {
  return variant === 'torchvision' ? torchStyle : kerasStyle;
}
