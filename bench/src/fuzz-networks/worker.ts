/** @file A process that runs the share in its argument, and tells the process that started it of every seed. */
import { runSeeds, type Share } from './run-seeds.ts';

await runSeeds(JSON.parse(process.argv[2] as string) as Share, (outcome) => process.send?.(outcome));
process.disconnect?.();
