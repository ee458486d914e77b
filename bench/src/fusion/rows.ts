/** @file From samples to rows: what fusing gains, and whether the planner knew. */
import { median } from '../harness/statistics.ts';
import type { SubjectKind } from './groups.ts';

/** A pair, a block or a network, fused and unfused. */
export interface FusionRow {
  readonly model: string;
  readonly kind: SubjectKind;
  readonly name: string;
  readonly engine: string;
  /** Medians over the rounds. */
  readonly unfusedMs: number;
  readonly fusedMs: number;
  /** Unfused over fused time, the median of the rounds' ratios: over 1 where fusing pays. */
  readonly gain: number;
  /** `impossible` where the engine does not fuse even when told to; `partly` is for networks. */
  readonly planner: 'fused' | 'unfused' | 'partly' | 'impossible';
  /** How much the planner's choice is slower than the faster one, 0 when it is the faster one. */
  readonly loss: number;
  readonly ok: boolean;
  /** Whether fused and unfused give the same bits. */
  readonly sameBits: boolean;
}

/** What a subject did. In each round every variant has a turn. */
export interface Variants {
  /** Kernels of each variant, in order: equal lists are equal programs. */
  readonly kernels: Readonly<Record<'off' | 'on' | 'auto', readonly string[]>>;
  /** Milliseconds of one run, a round each. */
  readonly ms: Readonly<Record<'off' | 'on' | 'auto', readonly number[]>>;
}

/** The planner may be wrong by this much. */
const allowedLoss = 0.02;

const ratioOf = (a: readonly number[], b: readonly number[]): number =>
  median(a.map((value, round) => value / (b[round] as number)));

/** What `auto` decided, told by the programs that came out. */
function plannerChoice({ kernels }: Variants): FusionRow['planner'] {
  const [off, on, auto] = [kernels.off, kernels.on, kernels.auto].map((list) => list.join());
  if (on === off) return 'impossible';
  if (auto === on) return 'fused';
  return auto === off ? 'unfused' : 'partly';
}

/** How much slower the planner's choice is than the better one; `gain` is unfused over fused. */
function lossOf({ ms }: Variants, planner: FusionRow['planner'], kind: SubjectKind, gain: number): number {
  if (planner === 'impossible') return 0;
  // A network must not be slower than unfused, whatever its parts would like.
  if (kind === 'network') return ratioOf(ms.auto, ms.off) - 1;
  if (planner === 'fused') return 1 / gain - 1;
  if (planner === 'unfused') return gain - 1;
  return Math.max(ratioOf(ms.auto, ms.off), ratioOf(ms.auto, ms.on)) - 1;
}

/** The row of a subject. */
export function rowOf(
  known: Pick<FusionRow, 'model' | 'kind' | 'name' | 'engine' | 'sameBits'>,
  variants: Variants,
): FusionRow {
  const planner = plannerChoice(variants);
  const gain = ratioOf(variants.ms.off, variants.ms.on);
  const loss = Math.max(0, lossOf(variants, planner, known.kind, gain));
  return {
    ...known,
    unfusedMs: median(variants.ms.off),
    fusedMs: median(variants.ms.on),
    gain,
    planner,
    loss,
    ok: loss <= allowedLoss && known.sameBits,
  };
}
