/** @file The networks of layers from which the speed of this machine is learnt, as tables: of the usual kinds, in unusual sizes. */

export type Activation = 'relu' | 'relu6' | 'hard-swish' | 'swish' | 'linear';

/** A block: the depthwise window, the expanded and the output channels, the stride, and channels of squeeze-and-excite. */
export interface Block {
  readonly kernel: number;
  /** Of the pointwise expansion; without one the block is depthwise and pointwise. */
  readonly expanded?: number;
  readonly filters: number;
  readonly stride?: number;
  readonly squeezed?: number;
}

export interface Family {
  readonly name: string;
  readonly size: number;
  readonly stem: number;
  readonly activation: Activation;
  readonly gate: 'sigmoid' | 'hard-sigmoid';
  /** After the projection, as in MobileNetV1; otherwise nothing. */
  readonly isActiveAtEnd: boolean;
  readonly blocks: readonly Block[];
  readonly features: number;
  readonly classes: number;
}

export const families: readonly Family[] = [
  {
    name: 'separable',
    size: 208,
    stem: 24,
    activation: 'relu6',
    gate: 'sigmoid',
    isActiveAtEnd: true,
    blocks: [
      { kernel: 3, filters: 56 },
      { kernel: 3, filters: 104, stride: 2 },
      { kernel: 3, filters: 104 },
      { kernel: 3, filters: 200, stride: 2 },
      { kernel: 3, filters: 200 },
      { kernel: 3, filters: 400, stride: 2 },
      { kernel: 3, filters: 400 },
      { kernel: 5, filters: 416 },
      { kernel: 3, filters: 840, stride: 2 },
      { kernel: 3, filters: 840 },
    ],
    features: 0,
    classes: 600,
  },
  {
    name: 'inverted',
    size: 240,
    stem: 28,
    activation: 'relu6',
    gate: 'sigmoid',
    isActiveAtEnd: false,
    blocks: [
      { kernel: 3, filters: 20 },
      { kernel: 3, expanded: 104, filters: 28, stride: 2 },
      { kernel: 3, expanded: 168, filters: 28 },
      { kernel: 3, expanded: 136, filters: 36, stride: 2 },
      { kernel: 3, expanded: 216, filters: 36 },
      { kernel: 3, expanded: 220, filters: 72, stride: 2 },
      { kernel: 3, expanded: 408, filters: 72 },
      { kernel: 3, expanded: 456, filters: 104 },
      { kernel: 3, expanded: 616, filters: 104 },
      { kernel: 3, expanded: 632, filters: 152, stride: 2 },
      { kernel: 3, expanded: 904, filters: 152 },
      { kernel: 3, expanded: 920, filters: 304 },
    ],
    features: 1200,
    classes: 900,
  },
  {
    name: 'squeezed',
    size: 192,
    stem: 20,
    activation: 'hard-swish',
    gate: 'hard-sigmoid',
    isActiveAtEnd: false,
    blocks: [
      { kernel: 3, filters: 20 },
      { kernel: 3, expanded: 72, filters: 28, stride: 2 },
      { kernel: 5, expanded: 88, filters: 44, stride: 2, squeezed: 20 },
      { kernel: 5, expanded: 132, filters: 44, squeezed: 36 },
      { kernel: 3, expanded: 232, filters: 88, stride: 2 },
      { kernel: 3, expanded: 208, filters: 88 },
      { kernel: 3, expanded: 472, filters: 120, squeezed: 116 },
      { kernel: 5, expanded: 656, filters: 168, stride: 2, squeezed: 172 },
      { kernel: 5, expanded: 920, filters: 168, squeezed: 232 },
    ],
    features: 1000,
    classes: 800,
  },
  {
    name: 'swished',
    size: 176,
    stem: 28,
    activation: 'swish',
    gate: 'sigmoid',
    isActiveAtEnd: false,
    blocks: [
      { kernel: 3, filters: 20, squeezed: 7 },
      { kernel: 3, expanded: 104, filters: 28, stride: 2, squeezed: 6 },
      { kernel: 3, expanded: 152, filters: 28, squeezed: 7 },
      { kernel: 5, expanded: 168, filters: 44, stride: 2, squeezed: 7 },
      { kernel: 5, expanded: 248, filters: 44, squeezed: 11 },
      { kernel: 3, expanded: 264, filters: 84, stride: 2, squeezed: 11 },
      { kernel: 3, expanded: 488, filters: 84, squeezed: 21 },
      { kernel: 5, expanded: 680, filters: 116, squeezed: 29 },
      { kernel: 5, expanded: 664, filters: 200, stride: 2, squeezed: 30 },
      { kernel: 5, expanded: 1144, filters: 200, squeezed: 46 },
    ],
    features: 1160,
    classes: 700,
  },
];

/** Small enough to stay in the caches, as networks for microcontrollers are. */
export const narrowFamily: Family = {
  name: 'narrow',
  size: 80,
  stem: 8,
  activation: 'relu6',
  gate: 'hard-sigmoid',
  isActiveAtEnd: false,
  blocks: [
    { kernel: 3, filters: 12 },
    { kernel: 3, expanded: 44, filters: 12, stride: 2 },
    { kernel: 3, expanded: 60, filters: 12 },
    { kernel: 5, expanded: 76, filters: 20, stride: 2, squeezed: 20 },
    { kernel: 5, expanded: 92, filters: 20, squeezed: 24 },
    { kernel: 3, expanded: 108, filters: 36, stride: 2 },
    { kernel: 3, expanded: 172, filters: 36 },
    { kernel: 3, expanded: 204, filters: 52, squeezed: 44 },
    { kernel: 3, expanded: 236, filters: 76, stride: 2 },
  ],
  features: 212,
  classes: 100,
};

/**
 * A small network that is measured in turns with every other: what it takes now over what it took then is how fast the
 * machine is at the moment.
 */
export const referenceFamily: Family = {
  name: 'reference',
  size: 112,
  stem: 12,
  activation: 'relu6',
  gate: 'sigmoid',
  isActiveAtEnd: true,
  blocks: [
    { kernel: 3, filters: 28 },
    { kernel: 3, filters: 52, stride: 2 },
    { kernel: 3, filters: 52 },
    { kernel: 3, filters: 100, stride: 2 },
    { kernel: 3, filters: 100 },
    { kernel: 3, filters: 196, stride: 2 },
    { kernel: 3, filters: 196 },
    { kernel: 3, filters: 300, stride: 2 },
  ],
  features: 0,
  classes: 200,
};
