/** @file In Node with the npm package `webgpu`: ours alone, because the others want a page. */
import { create, globals } from 'webgpu';
import { serveProcess } from '../harness/serve.ts';
import { type GpuContender, measureContender, measureLayers, ownContenders } from './measure-gpu.ts';

// As a page has it; it lasts as long as the process.
Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });

serveProcess({
  measure: (contender: GpuContender, model: string, rounds: number) => {
    if (contender in ownContenders)
      return measureContender(ownContenders[contender as keyof typeof ownContenders], model, rounds);
    throw new Error(`${contender} runs in pages only: leave out --host node`);
  },
  layers: measureLayers,
});
