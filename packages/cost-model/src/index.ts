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
  type CostCounts,
  type LayerCost,
  type LayerType,
  layerTypes,
  type NetworkCost,
  type ParamCounts,
  type TypeShare,
} from './types.js';
