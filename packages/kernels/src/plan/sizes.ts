/** The number of bytes of a float. */
export const floatBytes = 4;

/** Floats in a vector register of 128 bits. */
export const lanes = 4;

/**
 * `count` items in `ceil(count / most)` groups whose sizes differ by at most one, the larger ones first: 49 rows in
 * tiles of at most 6 are four of 6 and five of 5, instead of eight of 6 and a slow one of 1.
 */
export function balanced(
  count: number,
  most: number,
): { readonly groups: number; readonly size: number; readonly larger: number } {
  const groups = Math.ceil(count / most);
  const size = Math.floor(count / groups);
  return { groups, size, larger: count - groups * size };
}
