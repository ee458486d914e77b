/** @file What the page and its training workers tell each other. */

/** What a form costs, and its accuracy where all digits were learnt from, if that was tried. */
export interface FormFacts {
  readonly macs: number;
  readonly params: number;
  readonly accuracy?: number;
}

/** The page asks a worker to train one form. */
export interface TrainRequest {
  readonly isSeparable: boolean;
  /** Where the digits are. */
  readonly digits: string;
  readonly epochs: number;
}

/** Where a network stands after an epoch; 0 is before the first. */
export interface EpochState {
  readonly epoch: number;
  /** Of the epoch's steps; absent before the first. */
  readonly loss?: number;
  /** On the images that it does not learn from. */
  readonly accuracy?: number;
  /** 3×3 filters, each nine numbers: those of the first layer, and those of the first block that read one channel each. */
  readonly first: readonly (readonly number[])[];
  readonly block: readonly (readonly number[])[];
}

/** A worker's reports. */
export type TrainReport =
  | { readonly kind: 'step'; readonly share: number; readonly loss: number }
  | { readonly kind: 'epoch'; readonly state: EpochState }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly message: string };
