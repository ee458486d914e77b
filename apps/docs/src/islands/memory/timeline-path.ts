/** The outline of steps one unit wide, whose heights are shares of 1, in a field 100 high whose origin is on top. */
export function timelinePath(shares: readonly number[]): string {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const tops = shares.map((share, step) => `L${step} ${round(100 - share * 100)}H${step + 1}`);
  return `M0 100${tops.join('')}V100Z`;
}
