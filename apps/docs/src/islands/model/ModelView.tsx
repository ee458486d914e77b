import { formatShape } from '@sepconv/tensor';
import type { Language } from '../../lib/frame.js';
import { exact, factor, short } from '../../lib/numbers.js';
import { LayerTable } from '../explorer/LayerTable.js';
import { Shares } from '../explorer/Shares.js';
import { ParamsTile, Tile } from '../explorer/Tile.js';
import { MemoryTimeline } from '../memory/MemoryTimeline.js';
import { SavingsTable } from './SavingsTable.js';
import type { ModelSummary } from './summary.js';
import type { ModelWords } from './words.js';

interface ModelViewProps {
  readonly summary: ModelSummary;
  readonly words: ModelWords;
  readonly language: Language;
}

/** What the file says of itself: format, size, what goes in and comes out, what was read differently. */
function FileFacts({ summary, words, language }: ModelViewProps) {
  const { format, fileBytes, inputs, outputs, warnings } = summary;
  const values = (list: ModelSummary['inputs']) =>
    list.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');
  return (
    <div class="model-facts">
      <p>{words.fileFacts(format, exact(fileBytes, language), values(inputs), values(outputs))}</p>
      {warnings.length > 0 && (
        <details>
          <summary>{words.warnings(warnings.length)}</summary>
          <ul lang="en">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** All about a model: totals, shares, memory, what could be separable, and every layer. */
export function ModelView(props: ModelViewProps) {
  const { summary, words, language } = props;
  const { cost, memory, savings } = summary;
  const { totals } = cost;
  const peak = typeof memory.engine === 'string' ? memory.layerByLayer : memory.engine;
  const layers = words.explorer.allLayers(cost.layers.length);
  return (
    <>
      <FileFacts {...props} />
      <dl class="tiles">
        <Tile
          name={words.explorer.macs}
          value={exact(totals.macs, language)}
          note={words.explorer.flopsNote(`${short(totals.flops)} `)}
        />
        <ParamsTile {...totals} words={words.explorer} language={language} />
        <Tile
          name={words.peak}
          value={`${short(peak.arenaBytes)}B`}
          note={words.peakNote(`${short(memory.layerByLayer.arenaBytes)}B`)}
        />
        <Tile
          name={words.couldSave}
          value={savings === undefined ? '–' : words.times(factor(savings.before.macs / savings.after.macs))}
          note={savings === undefined ? words.nothingToSave : words.couldSaveNote}
        />
      </dl>
      {typeof memory.engine === 'string' && (
        <p class="explorer-note">
          {words.noEngine} <span lang="en">{memory.engine}</span>
        </p>
      )}
      <Shares cost={cost} words={words.explorer} language={language} />
      <MemoryTimeline memory={peak} language={language} />
      <SavingsTable {...{ savings, words, language }} />
      <details>
        <summary>{layers}</summary>
        <LayerTable layers={cost.layers} label={layers} words={words.explorer} language={language} />
      </details>
    </>
  );
}
