/** What a rule may look at besides the numbers of a parameter. */
export interface UpdateContext {
  readonly learningRate: number;
  /** Of this parameter; 0 where it does not decay. */
  readonly weightDecay: number;
  /** 1 at the first update. */
  readonly step: number;
}

/** How a parameter follows its gradient. Numbers are kept as float32 and computed in float64. */
export interface UpdateRule {
  /** Names of the arrays, as long as the parameter, that the rule keeps from step to step; they start as zeros. */
  readonly states: readonly string[];
  /** Changes `values` and `states` in place. */
  update(
    values: Float32Array,
    gradient: Float32Array,
    states: readonly Float32Array[],
    context: UpdateContext,
  ): void;
}
