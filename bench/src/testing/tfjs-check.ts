/** @file What tests of TF.js models share. */
import { expect } from 'vitest';

/** A model as its `model.json` and its shards. */
export interface Saved {
  readonly model: object;
  readonly shards: ReadonlyMap<string, Uint8Array>;
}

/** Checks that two runs agree within what float32 sums in another order may differ. */
export function expectClose(ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
  expect(ours.length).toBe(theirs.length);
  const scale = Math.max(1, ...Array.from(theirs, Math.abs));
  for (let i = 0; i < theirs.length; i++) {
    expect(Math.abs((ours[i] as number) - (theirs[i] as number)), `element ${i}`).toBeLessThan(1e-5 * scale);
  }
}
