export {
  type Convention,
  type ConventionCost,
  type ConventionCounts,
  type ConventionDefinitions,
  type ConventionName,
  conventionNames,
  conventions,
  countUnder,
  isConventionName,
} from './conventions.js';
export { costOf } from './cost.js';
export { CostError } from './errors.js';
export {
  type Account,
  type BreakEven,
  type Formula,
  type SeparableAccount,
  type SeparableLayer,
  type SeparableRatio,
  separableAccount,
} from './separable-account.js';
export {
  type BlockCost,
  type CostCounts,
  type GroupCost,
  type LayerCost,
  type LayerType,
  layerTypes,
  type NetworkCost,
  type ParamCounts,
  type TypeShare,
} from './types.js';
