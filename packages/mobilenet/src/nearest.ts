/** Insertions, deletions and substitutions that turn `a` into `b` (Levenshtein's distance). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const substituted = (previous[j] as number) + (a[i] === b[j] ? 0 : 1);
      row.push(Math.min(substituted, (previous[j + 1] as number) + 1, (row[j] as number) + 1));
    }
    previous = row;
  }
  return previous[b.length] as number;
}

/** ` Did you mean "…"?` with the known name that is nearest, or nothing when none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  // A long wrong name is cut: the distance is quadratic in its length, and no known name is that long.
  const wrong = name.slice(0, 64).toLowerCase().replaceAll('_', '-');
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(wrong, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  const isNear = best !== undefined && best.distance <= Math.max(2, Math.floor(best.candidate.length / 3));
  return isNear ? ` Did you mean "${best.candidate}"?` : '';
}
