import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserHost } from '../harness/browser-host.ts';
import { assetPrefixes } from '../peers/asset-prefixes.ts';
import type { FramesPlace, PageFrames } from './frames-browser.ts';

/** A page's frames by where its network runs. */
export interface FramesReport {
  readonly place: FramesPlace;
  readonly threads: number;
  readonly frames: PageFrames;
}

type FramesPage = {
  measureFrames(place: FramesPlace, threads: number, perSecond: number, seconds: number): PageFrames;
};

/** Pictures in a second: what cameras give. */
export const picturesPerSecond = 30;

/** What a page of Chromium draws, a browser of its own for each place. */
export async function measurePageFrames(threads: number, seconds: number): Promise<FramesReport[]> {
  const kernels = dirname(fileURLToPath(import.meta.resolve('@sepconv/kernels')));
  const host = await browserHost<FramesPage>('threads/frames-browser.ts', {
    [assetPrefixes.kernels]: kernels,
  });
  const report: FramesReport[] = [];
  const places = [
    ['nowhere', 1],
    ['worker', 1],
    ['worker', threads],
    ['page', 1],
  ] as const;
  for (const [place, count] of places) {
    const page = await host.start();
    try {
      const frames = await page.call('measureFrames', place, count, picturesPerSecond, seconds);
      report.push({ place, threads: count, frames });
    } finally {
      await page.close();
    }
  }
  await host.close();
  return report;
}
