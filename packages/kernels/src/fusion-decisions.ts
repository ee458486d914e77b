import { defaultFusionLimits, type Fusion, type FusionLimits } from './plan/strips.js';

/** A way to decide what is fused. */
export interface FusionDecision {
  readonly fusion: Fusion;
  readonly limits: FusionLimits;
}

const always = { leastSteps: 2, bytesBetween: 0, mostWeightBytes: Infinity };
const never = { bytesBetween: Infinity };

/** Strips as short as they can be: the smallest image has several. */
const rows = { mostScratchBytes: 1, leastStripPixels: 1 };

/** Every way that fusion can go on a network of any size; all must give the same bits. */
export const fusionDecisions: ReadonlyMap<string, FusionDecision> = new Map(
  Object.entries({
    off: { fusion: 'off', limits: defaultFusionLimits },
    on: { fusion: 'on', limits: defaultFusionLimits },
    'on, row by row': { fusion: 'on', limits: { ...defaultFusionLimits, ...rows } },
    auto: { fusion: 'auto', limits: defaultFusionLimits },
    'auto, always': { fusion: 'auto', limits: { ...defaultFusionLimits, ...always } },
    'auto, never': { fusion: 'auto', limits: { ...defaultFusionLimits, ...never } },
  } as const),
);
