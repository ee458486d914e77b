import { setTimeout } from 'node:timers/promises';
import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { mobileNetV1 } from '@sepconv/mobilenet';

/** What a process with a session and its threads takes while nothing runs, in parts of one core. */
export async function measureIdle(
  threads: number,
  milliseconds: number,
): Promise<{ readonly share: number; readonly milliseconds: number }> {
  const graph = mobileNetV1({ resolution: 128, width: 0.25 });
  const session = await compile({ graph, weights: initializeWeights(graph, 1) }, { threads });
  await session.ready();
  for (let i = 0; i < 50; i++) session.run();
  // V8 compiles in the background for a while.
  await setTimeout(1000);
  const before = process.cpuUsage();
  const start = performance.now();
  await setTimeout(milliseconds);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1000 / (performance.now() - start);
  session.dispose();
  return { share, milliseconds };
}
