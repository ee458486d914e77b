import { GpuError } from './errors.js';

/** What a device complains of, in the order in which its scopes are opened. */
const filters = ['out-of-memory', 'validation'] as const;

/**
 * Asks a device for things, and gives its own complaint of them as an error. Scopes are a stack of the whole device, so what is asked for
 * is asked at once: whoever compiles or runs at the same time then has scopes of their own.
 *
 * @param what what is asked for, as the error begins.
 * @returns what `ask` gives; `settled` tells whether the device agrees.
 */
export function checked<T>(
  device: GPUDevice,
  what: string,
  ask: () => T,
): { readonly given: T; readonly settled: Promise<void> } {
  for (const filter of filters) device.pushErrorScope(filter);
  let given: T | undefined;
  let thrown: unknown;
  try {
    given = ask();
  } catch (error) {
    thrown = error ?? new Error('nothing was said');
  }
  const found = Promise.all(filters.map(() => device.popErrorScope()));
  // A device that is lost does not answer, which its session says by itself.
  const settled = found.then(
    (complaints) => {
      const complaint = complaints.find((each) => each !== null);
      if (complaint != null) throw new GpuError(`${what}: ${complaint.message}`);
    },
    () => {},
  );
  if (thrown === undefined) return { given: given as T, settled };
  settled.catch(() => {});
  if (thrown instanceof GpuError) throw thrown;
  throw new GpuError(`${what}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, {
    cause: thrown,
  });
}
