/** @file What the page and the worker that is taught tell each other. */
import type { Guess } from '../model/classify.js';
import type { NetworkFile } from '../model/network-files.js';

/** A class with its examples. */
export interface ClassExamples {
  readonly name: string;
  readonly images: readonly Blob[];
}

/** The page asks to teach, and then for images to be told apart by what was taught. */
export type TeachRequest =
  | {
      readonly kind: 'teach';
      /** The network to go on from; without one it is the embedded one for digits. */
      readonly model?: File;
      readonly classes: readonly ClassExamples[];
    }
  | { readonly kind: 'classify'; readonly image: Blob };

/** What is being done. */
export type TeachStep = 'reading' | 'images' | 'features' | 'head' | 'writing';

/** What came of it. */
export interface Taught {
  readonly classes: readonly string[];
  /** Images that it learnt from. */
  readonly images: number;
  /** Images that it was tried on and had not seen; 0 where a class has too few. */
  readonly heldBack: number;
  /** Held-back images of each class, by what they were taken for. */
  readonly confusion: readonly (readonly number[])[];
  /** The share of the held-back images, or where there are none of all, that is right. */
  readonly accuracy: number;
  /** Numbers that the frozen part gives for an image. */
  readonly features: number;
  readonly seconds: number;
  readonly files: readonly NetworkFile[];
  /** The ONNX file, opened again: on how many of the same images it says the same, and whether it names its classes. */
  readonly reopened: { readonly same: number; readonly of: number; readonly named: boolean };
}

/** The worker's reports; failures say of what. */
export type TeachReport =
  | { readonly kind: 'progress'; readonly step: TeachStep; readonly share: number }
  | { readonly kind: 'taught'; readonly taught: Taught }
  | { readonly kind: 'classified'; readonly guesses: readonly Guess[]; readonly milliseconds: number }
  | { readonly kind: 'failed'; readonly of: TeachRequest['kind']; readonly message: string };
