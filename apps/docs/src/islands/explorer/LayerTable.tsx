import type { LayerCost } from '@sepconv/cost-model';
import type { Language } from '../../lib/frame.js';
import { exact } from '../../lib/numbers.js';
import { sizeOf, toneOf } from './blocks.js';
import type { ExplorerWords } from './words.js';

interface LayerTableProps {
  readonly layers: readonly LayerCost[];
  readonly label: string;
  readonly words: ExplorerWords;
  readonly language: Language;
}

/** One row per layer, to the last digit. */
export function LayerTable({ layers, label, words, language }: LayerTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="layer-table-frame" aria-label={label} tabIndex={0}>
      <table class="layer-table">
        <thead>
          <tr>
            <th scope="col">{words.layer}</th>
            <th scope="col">{words.type}</th>
            <th scope="col">{words.size}</th>
            <th scope="col" class="number">
              {words.macs}
            </th>
            <th scope="col" class="number">
              {words.params}
            </th>
          </tr>
        </thead>
        <tbody>
          {layers.map(({ name, type, inputShape, outputShape, macs, params }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class={`tone-${toneOf(type)}`}>{words.types[type]}</td>
              <td class="size">
                {sizeOf(inputShape)} {`→\u00a0${sizeOf(outputShape)}`}
              </td>
              <td class="number">{exact(macs, language)}</td>
              <td class="number">{exact(params.trainable, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
