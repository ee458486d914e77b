import { peakMemory } from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import { useMemo } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { MemoryTimeline } from '../memory/MemoryTimeline.js';
import { RooflineFigure } from '../roofline/RooflineFigure.js';
import { NetworkExplorer } from './NetworkExplorer.js';
import { networkGraph } from './network.js';
import type { ExplorerSettings } from './settings.js';

interface MoreProps {
  readonly settings: ExplorerSettings;
  readonly language: Language;
}

/** Memory and roofline of a network as it is set, over the steps of a run. */
function MemoryAndRoofline({ settings, language }: MoreProps) {
  const graph: Graph = useMemo(() => networkGraph(settings), [settings]);
  const memory = useMemo(() => peakMemory(graph), [graph]);
  return (
    <>
      <MemoryTimeline memory={memory} language={language} />
      <RooflineFigure graph={graph} language={language} />
    </>
  );
}

/** The explorer with memory and roofline, which have a page of their own: the lesson stays small without them. */
export function FullExplorer({ language }: { readonly language: Language }) {
  return (
    <NetworkExplorer
      language={language}
      more={({ settings }) => <MemoryAndRoofline {...{ settings, language }} />}
    />
  );
}
