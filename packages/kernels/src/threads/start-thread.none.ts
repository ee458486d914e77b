/** @file Where there are no threads: functions at the edge of a network, and bundles that are told so. */
import type { Thread, ThreadOwner } from './start-thread.js';

/** Cores that this process may use. */
export const coreCount = (): number => 1;

/** Why there can be no threads here. */
export const threadObstacle = (): string | undefined => 'this build of @sepconv/kernels has no threads';

/** Never called, because of the obstacle. */
export function startThread(_script: string | URL | undefined, owner: ThreadOwner): Thread {
  owner.ended(threadObstacle() as string);
  return { send: () => {}, keepAlive: () => {}, end: () => {} };
}
