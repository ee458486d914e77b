import type { Language } from '../../lib/frame.js';
import { exact, factor, short } from '../../lib/numbers.js';
import { sizeOf } from '../explorer/blocks.js';
import type { Counts, LayerSavings, Savings } from './savings.js';
import type { ModelWords } from './words.js';

interface SavingsTableProps {
  readonly savings: Savings | undefined;
  readonly words: ModelWords;
  readonly language: Language;
}

interface PairProps {
  readonly before: Counts;
  readonly after: Counts;
  readonly language: Language;
}

const Cells = ({ before, after, language }: PairProps) => (
  <>
    <td class="number">{exact(before.macs, language)}</td>
    <td class="number">{exact(after.macs, language)}</td>
    <td class="number">{factor(before.macs / after.macs)}</td>
    <td class="number">
      {short(before.params)} → {short(after.params)}
    </td>
  </>
);

const Row = ({ layer, language }: { readonly layer: LayerSavings; readonly language: Language }) => (
  <tr>
    <th scope="row">{layer.name}</th>
    <td class="size">
      {sizeOf(layer.inputShape)} {`→\u00a0${sizeOf(layer.outputShape)}`}
    </td>
    <Cells before={layer.before} after={layer.after} language={language} />
  </tr>
);

/** Every standard convolution beside the separable one that would take its place, and the whole network. */
export function SavingsTable({ savings, words, language }: SavingsTableProps) {
  return (
    <div>
      <h3>{words.separable}</h3>
      <p class="explorer-note">{savings === undefined ? words.nothingToSaveLong : words.separableNote}</p>
      {savings && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section class="layer-table-frame" aria-label={words.separable} tabIndex={0}>
          <table class="layer-table savings-table">
            <thead>
              <tr>
                <th scope="col">{words.explorer.layer}</th>
                <th scope="col">{words.explorer.size}</th>
                {[words.macsNow, words.macsThen, words.less, words.paramsNow].map((name) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {savings.layers.map((layer) => (
                <Row key={layer.name} layer={layer} language={language} />
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{words.whole}</th>
                <td />
                <Cells before={savings.before} after={savings.after} language={language} />
              </tr>
            </tfoot>
          </table>
        </section>
      )}
    </div>
  );
}
