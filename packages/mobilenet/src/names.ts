/** A graph's name, for instance `mobilenet-v1-standard_0.75_224`: family and variants, width, resolution. */
export function graphName(parts: readonly string[], width: number, resolution: number): string {
  return `${parts.join('-')}_${Number.isInteger(width) ? width.toFixed(1) : width}_${resolution}`;
}
