import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { exact, factor, short } from '../../lib/numbers.js';
import { useQuery } from '../../lib/query.js';
import { BlockChart, blockFacts } from './BlockChart.js';
import { blocksOf } from './blocks.js';
import { ExplorerControls } from './ExplorerControls.js';
import { LayerTable } from './LayerTable.js';
import { networkCost } from './network.js';
import { Shares } from './Shares.js';
import { type ExplorerSettings, explorerForm, hasTwin } from './settings.js';
import { ParamsTile, Tile } from './Tile.js';
import { explorerWords } from './words.js';

interface NetworkExplorerProps {
  readonly language: Language;
  /** What else to show of the network, between its blocks and the table of all layers. */
  readonly more?: (network: { readonly settings: ExplorerSettings }) => ComponentChildren;
}

/** Any network of mobilenet, with what the cost model says about it: in all, by type, by block, by layer. */
export function NetworkExplorer({ language, more }: NetworkExplorerProps) {
  const words = explorerWords(language);
  const [settings, change] = useQuery(explorerForm);
  const [chosenBlock, setChosenBlock] = useState(1);
  const cost = useMemo(() => networkCost(settings), [settings]);
  const other = useMemo(
    () =>
      hasTwin(settings.network) && !settings.twin
        ? networkCost({ ...settings, twin: true }).totals
        : undefined,
    [settings],
  );
  const blocks = useMemo(() => blocksOf(cost), [cost]);
  const chosen = Math.min(chosenBlock, blocks.length - 1);
  const block = blocks[chosen]!;
  const { totals } = cost;
  return (
    <section class="explorer not-content" aria-label={words.title}>
      <ExplorerControls {...{ settings, change, words }} />

      <dl class="tiles" aria-live="polite">
        <Tile
          name={words.macs}
          value={exact(totals.macs, language)}
          note={words.flopsNote(`${short(totals.flops)} `)}
        />
        <ParamsTile {...totals} {...{ words, language }} />
        <Tile name={words.weightBytes} value={`${short(totals.weightBytes)}B`} note={words.bytesNote} />
        <Tile
          name={words.activationBytes}
          value={`${short(totals.activationBytes)}B`}
          note={words.activationsNote}
        />
      </dl>
      {other && (
        <p class="twin-note">
          {words.twinNote(
            factor(other.macs / totals.macs),
            factor(other.params.trainable / totals.params.trainable),
          )}
        </p>
      )}

      <Shares {...{ cost, words, language }} />

      <div>
        <h3>{words.blocks}</h3>
        <BlockChart {...{ blocks, chosen, words }} onChoose={setChosenBlock} />
      </div>
      <div>
        <h3>{words.layersOf(block.name)}</h3>
        <p class="explorer-note">{blockFacts(block, words)}</p>
        <LayerTable layers={block.layers} label={words.layersOf(block.name)} {...{ words, language }} />
      </div>
      {more?.({ settings })}
      <details>
        <summary>{words.allLayers(cost.layers.length)}</summary>
        <LayerTable
          layers={cost.layers}
          label={words.allLayers(cost.layers.length)}
          {...{ words, language }}
        />
      </details>
    </section>
  );
}
