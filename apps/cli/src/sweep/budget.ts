import { UsageError } from '../errors.js';

/** What a budget may limit. */
export const budgetNames = ['macs', 'params', 'memory', 'ms'] as const;
export type BudgetName = (typeof budgetNames)[number];

/** An upper limit. */
export interface Budget {
  readonly name: BudgetName;
  /** MACs, parameters, bytes or milliseconds. */
  readonly limit: number;
}

const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** What may follow the number: `100M`, `1MB`, `5ms`. */
const unitOf: Readonly<Record<BudgetName, RegExp>> = {
  macs: /^([kmg]?)$/i,
  params: /^([kmg]?)$/i,
  memory: /^([kmg]?)b?$/i,
  ms: /^()(?:ms)?$/i,
};

/**
 * A budget as it is typed: `macs=100M`, `params=2M`, `memory=1MB`, `ms=5`. Prefixes are powers of 1000.
 *
 * @throws {UsageError} saying what it may be.
 */
export function parseBudget(text: string): Budget {
  const [, name = '', number = '', unit = ''] = /^\s*(\w+)\s*=\s*([\d.]+)\s*(\w*)\s*$/.exec(text) ?? [];
  const known = budgetNames.find((candidate) => candidate === name.toLowerCase());
  const prefix = known === undefined ? null : unitOf[known].exec(unit);
  const limit = Number(number) * (factors[(prefix?.[1] ?? '').toLowerCase()] ?? NaN);
  if (known === undefined || prefix === null || !Number.isFinite(limit) || limit <= 0) {
    throw new UsageError(
      `the budget "${text}" is not one: give macs=100M, params=2M, memory=1MB or ms=5, several with commas between them`,
    );
  }
  return { name: known, limit };
}
