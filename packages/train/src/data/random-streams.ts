import { createRandom, type Random } from '@sepconv/tensor';

/**
 * A stream of random numbers for one place in a training: what is drawn there depends on the seed and the place alone, so a
 * training that goes on from a checkpoint draws what it would have drawn without the interruption.
 */
export function randomAt(seed: number, ...place: readonly number[]): Random {
  let state = seed | 0;
  for (const counter of place) {
    // MurmurHash3's mixing of one more word.
    let word = Math.imul(counter, 0xcc9e2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    state ^= word;
    state = Math.imul((state << 13) | (state >>> 19), 5) + 0xe6546b64;
  }
  return createRandom(state >>> 0);
}

/** The numbers 0 to `count` − 1 in random order, by Fisher and Yates. */
export function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
