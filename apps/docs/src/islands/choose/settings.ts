/** @file What the chooser is set to, and how a link keeps it. */
import type { QueryForm } from '../../lib/query.js';
import { type Budgets, type CostName, costNames } from './candidates.js';

/** The cost that accuracy is drawn against, and the limits. */
export interface ChoiceSettings {
  readonly by: CostName;
  readonly budgets: Budgets;
}

/** What a reader types a limit in: millions, megabytes of 10⁶ bytes, milliseconds. */
export const unitOf: Readonly<Record<CostName, number>> = {
  macs: 1e6,
  params: 1e6,
  size: 1e6,
  memory: 1e6,
  ms: 1,
};

/** A limit as it is typed; `undefined` for what is none. */
export function parseLimit(text: string | null): number | undefined {
  const value = Number(text?.trim() || NaN);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

const limitsIn = (query: URLSearchParams): Budgets =>
  Object.fromEntries(
    costNames.flatMap((name) => {
      const limit = parseLimit(query.get(`max-${name}`));
      return limit === undefined ? [] : [[name, limit * unitOf[name]]];
    }),
  );

/** How a link keeps the choice: limits in the units in which they are typed. */
export const choiceForm: QueryForm<ChoiceSettings> = {
  defaults: { by: 'macs', budgets: {} },
  read: (query) => ({
    by: costNames.find((name) => name === query.get('by')) ?? 'macs',
    budgets: limitsIn(query),
  }),
  write: ({ by, budgets }) => ({
    by,
    ...Object.fromEntries(
      costNames.map((name) => {
        const limit = budgets[name];
        return [`max-${name}`, limit === undefined ? '' : `${limit / unitOf[name]}`];
      }),
    ),
  }),
};
