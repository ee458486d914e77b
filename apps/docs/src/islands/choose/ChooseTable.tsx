import type { Language } from '../../lib/frame.js';
import { exact, measured, short } from '../../lib/numbers.js';
import type { Candidate, Rated } from './candidates.js';
import type { ChooseWords } from './words.js';

/** `mobilenet-v2 0.35, 96`: the width where there is a choice of it. */
export const nameOf = ({ network, width, resolution }: Candidate): string =>
  `${network} ${width === 1 ? '' : `×${width} `}@${resolution}`;

/** Where the explorer shows a network; pages are beside each other in both languages. */
const explorerLink = ({ network, width, resolution }: Candidate): string =>
  `../explorer/?network=${network}&width=${width}&resolution=${resolution}&twin=no`;

interface ChooseTableProps {
  readonly rated: readonly Rated[];
  readonly words: ChooseWords;
  readonly language: Language;
}

/** One row for each network that fits, with where its accuracy was published. */
export function ChooseTable({ rated, words, language }: ChooseTableProps) {
  const { costs } = words;
  const titles = [
    words.top1Short,
    costs.macs,
    costs.params,
    costs.size,
    costs.memory,
    words.int8Memory,
    costs.ms,
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="layer-table-frame choose-table" aria-label={words.table} tabIndex={0}>
      <table class="layer-table">
        <thead>
          <tr>
            <th scope="col">{words.network}</th>
            {titles.map((title) => (
              <th key={title} scope="col" class="number">
                {title}
              </th>
            ))}
            <th scope="col">{words.front}</th>
          </tr>
        </thead>
        <tbody>
          {rated
            .filter(({ fits }) => fits)
            .map((each) => (
              <tr key={each.id} data-id={each.id} class={each.isOptimal ? 'on-front' : undefined}>
                <th scope="row">
                  <a href={explorerLink(each)}>{nameOf(each)}</a>
                </th>
                <td class="number">
                  <a
                    href={each.link}
                    title={each.source}
                    aria-label={`${each.top1.toFixed(1)}, ${words.source}: ${each.source}`}
                  >
                    {each.top1.toFixed(1)}
                  </a>
                </td>
                <td class="number">{exact(each.macs, language)}</td>
                <td class="number">{exact(each.params, language)}</td>
                <td class="number">{short(each.size)}B</td>
                <td class="number">{short(each.memory)}B</td>
                <td class="number">{short(each.int8Memory)}B</td>
                <td class="number">
                  {each.latency && (
                    <span title={each.latency.isSteady ? undefined : words.rough}>
                      {each.latency.isSteady ? '' : '≈ '}
                      {measured(each.latency.milliseconds, language)} ms
                    </span>
                  )}
                </td>
                <td>{each.isOptimal ? words.onFront : ''}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
