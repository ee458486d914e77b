import { type Fusion, type FusionLimits, fusionLimitsOf } from './plan/strips.js';

/** A way to decide what is fused. */
export interface FusionDecision {
  readonly fusion: Fusion;
  readonly limits: FusionLimits;
}

const usual = fusionLimitsOf({});

const always = { leastSteps: 2, bytesBetween: 0, mostWeightBytes: Infinity };
const never = { bytesBetween: Infinity };

/** Strips as short as they can be: the smallest image has several. */
const rows = { mostScratchBytes: 1, leastStripPixels: 1 };

/** Every way that fusion can go on a network of any size; all must give the same bits. */
export const fusionDecisions: ReadonlyMap<string, FusionDecision> = new Map(
  Object.entries({
    off: { fusion: 'off', limits: usual },
    on: { fusion: 'on', limits: usual },
    'on, row by row': { fusion: 'on', limits: { ...usual, ...rows } },
    auto: { fusion: 'auto', limits: usual },
    'auto, always': { fusion: 'auto', limits: { ...usual, ...always } },
    'auto, never': { fusion: 'auto', limits: { ...usual, ...never } },
  } as const),
);
