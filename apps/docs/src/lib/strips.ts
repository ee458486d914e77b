/** @file What layers in strips give whole networks: time from the bench's own results, memory from the engine's own plans. */
import { peakMemory } from '@sepconv/cost-model';
import { predictSchedule } from '@sepconv/kernels';
import { mobileNetV2 } from '@sepconv/mobilenet';
import { benchReports } from './bench-results.js';

/** Time in strips over time layer by layer, of whole networks: the least and the most over networks and engines. */
export function stripTimes(): { readonly least: number; readonly most: number } {
  const ratios = benchReports('../../bench/results').flatMap((report) =>
    report.bench === 'fusion'
      ? report.rows.filter(({ kind }) => kind === 'network').map(({ gain }) => 1 / gain)
      : [],
  );
  if (ratios.length === 0) throw new Error('no result of bench:fusion with whole networks: run it');
  return { least: Math.min(...ratios), most: Math.max(...ratios) };
}

/** Bytes of MobileNetV2's activations as the engine plans them: with strips where it takes them, and without. */
export function stripMemory(): { readonly strips: number; readonly apart: number } {
  const graph = mobileNetV2();
  const bytes = (fusion: 'auto' | 'off'): number =>
    peakMemory(graph, { schedule: predictSchedule(graph, { fusion }) }).arenaBytes;
  return { strips: bytes('auto'), apart: bytes('off') };
}
