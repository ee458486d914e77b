import { peakMemory } from '@sepconv/cost-model';
import { useMemo } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { MemoryTimeline } from '../memory/MemoryTimeline.js';
import { RooflineFigure } from '../roofline/RooflineFigure.js';
import { NetworkExplorer } from './NetworkExplorer.js';
import { networkGraph } from './network.js';
import type { ExplorerSettings } from './settings.js';

/** The memory of a network as it is set, over the steps of a run. */
function Memory({
  settings,
  language,
}: {
  readonly settings: ExplorerSettings;
  readonly language: Language;
}) {
  const memory = useMemo(() => peakMemory(networkGraph(settings)), [settings]);
  return <MemoryTimeline memory={memory} language={language} />;
}

/** The explorer with memory and roofline, which have a page of their own: the lesson stays small without them. */
export function FullExplorer({ language }: { readonly language: Language }) {
  return (
    <NetworkExplorer
      language={language}
      more={({ settings, cost }) => (
        <>
          <Memory settings={settings} language={language} />
          <RooflineFigure layers={cost.layers} language={language} />
        </>
      )}
    />
  );
}
