import type { OpName } from '@sepconv/graph';
import fc from 'fast-check';
import { checkNetwork, type Opponents } from './check.ts';
import { ConformanceError } from './errors.ts';
import { networkClasses } from './networks.ts';
import { rangeEnds } from './range-ends.ts';
import { conformanceOps } from './registry.ts';
import type { ConformanceCase } from './types.ts';

/** How much to check. */
export interface SweepOptions extends Opponents {
  /** Cases in all, spread evenly over the classes, at least one each. Default 100. */
  readonly runs?: number;
  /** Where the random choices start; the same seed gives the same cases. Default 1. */
  readonly seed?: number;
  /** The classes to draw from, all by default. */
  readonly classes?: readonly string[];
  /** A reason not to run a case, such as something that the implementation refuses on purpose. */
  readonly skip?: (drawn: ConformanceCase) => string | undefined;
}

/** What a sweep checked. */
export interface SweepReport {
  readonly cases: number;
  readonly casesByClass: ReadonlyMap<string, number>;
  /** Cases that were skipped, by reason. */
  readonly skipped: ReadonlyMap<string, number>;
  /** The largest error as a fraction of what was allowed: near 1 the bound is tight, far below it something else is. */
  readonly maxErrorOverBound: number;
  /** The case that came so close. */
  readonly closest: string;
}

type Classes = Readonly<Record<string, fc.Arbitrary<ConformanceCase>>>;

function selectClasses(
  all: Classes,
  names: readonly string[] | undefined,
  what: string,
): [string, Classes[string]][] {
  if (names === undefined) return Object.entries(all);
  return names.map((name) => {
    const arbitrary = all[name];
    if (arbitrary === undefined) {
      throw new ConformanceError(
        `${what} has no shape class "${name}"; it has ${Object.keys(all).join(', ')}`,
      );
    }
    return [name, arbitrary];
  });
}

async function sweepClasses(what: string, all: Classes, options: SweepOptions): Promise<SweepReport> {
  const { runs = 100, seed = 1, skip } = options;
  const classes = selectClasses(all, options.classes, what);
  const casesByClass = new Map<string, number>();
  const skipped = new Map<string, number>();
  let maxErrorOverBound = 0;
  let closest = '';
  for (const [name, arbitrary] of classes) {
    let cases = 0;
    const property = fc.asyncProperty(arbitrary, async (drawn) => {
      const reason = skip?.(drawn);
      if (reason !== undefined) {
        skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
        return;
      }
      const report = await checkNetwork(drawn, options);
      cases++;
      if (report.maxErrorOverBound >= maxErrorOverBound) {
        maxErrorOverBound = report.maxErrorOverBound;
        closest = drawn.label;
      }
    });
    const details = await fc.check(property, { numRuns: Math.ceil(runs / classes.length), seed });
    if (details.failed) {
      // The error of the smallest case that still fails carries that case's label and mismatches.
      const cause = details.errorInstance;
      throw new ConformanceError(
        `${what}, class ${name}, seed ${seed}, smallest failing case after ${details.numShrinks} reductions:\n${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    casesByClass.set(name, cases);
  }
  const total = [...casesByClass.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) {
    const reasons = [...skipped].map(([reason, count]) => `${count} skipped: ${reason}`).join('; ');
    throw new ConformanceError(`the sweep of ${what} ran no case (${reasons || 'no class was asked for'})`);
  }
  return { cases: total, casesByClass, skipped, maxErrorOverBound, closest };
}

/** An op's own classes, and those at the ends of the range. */
export function classesOf(op: OpName): Classes {
  const { classes } = conformanceOps[op];
  return { ...classes, ...rangeEnds(Object.values(classes)) };
}

/**
 * Checks an implementation of one op on seeded random cases of every shape class, each within its computed bound.
 *
 * @throws {ConformanceError} naming class, seed, the smallest failing case and its first mismatches; or if no case ran.
 *
 * @example
 * await sweep({ op: 'depthwise-conv2d', implementation: runEngine, oracle: runReference, runs: 300 });
 */
export function sweep({ op, ...options }: SweepOptions & { readonly op: OpName }): Promise<SweepReport> {
  return sweepClasses(op, classesOf(op), options);
}

/** Checks an implementation on small networks of several nodes, where it may fold, fuse and reuse memory. */
export function sweepNetworks(options: SweepOptions): Promise<SweepReport> {
  return sweepClasses('networks', networkClasses, options);
}
