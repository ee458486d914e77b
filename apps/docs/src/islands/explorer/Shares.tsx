import type { NetworkCost, TypeShare } from '@sepconv/cost-model';
import type { Language } from '../../lib/frame.js';
import { percent } from '../../lib/numbers.js';
import { toneOf } from './blocks.js';
import type { ExplorerWords } from './words.js';

interface SharesProps {
  readonly cost: NetworkCost;
  readonly words: ExplorerWords;
  readonly language: Language;
}

/** Two bars of 100 %, multiply-adds and parameters, by layer type, and the numbers below. */
export function Shares({ cost, words, language }: SharesProps) {
  const types = cost.byType.filter(({ macs, params }) => macs > 0 || params.trainable > 0);
  const bar = (title: string, share: (type: TypeShare) => number) => {
    const said = types
      .map((type) => `${words.types[type.type]} ${percent(share(type), language)}`)
      .join(', ');
    return (
      <div class="share-row">
        <span class="bar-name">{title}</span>
        <span class="share-track" role="img" aria-label={`${title}: ${said}`}>
          {types.map((type) => (
            <span
              key={type.type}
              class={`fill-${toneOf(type.type)}`}
              style={{ width: `${share(type) * 100}%` }}
            />
          ))}
        </span>
      </div>
    );
  };
  return (
    <div class="shares">
      <h3>{words.shares}</h3>
      {bar(words.macs, ({ macShare }) => macShare)}
      {bar(words.params, ({ paramShare }) => paramShare.trainable)}
      <p class="explorer-note">{words.sharesNote}</p>
      <ul class="share-legend">
        {types.map(({ type, macShare, paramShare }) => (
          <li key={type}>
            <span class={`legend-key fill-${toneOf(type)}`} /> {words.types[type]}{' '}
            <span class="share-numbers">
              {percent(macShare, language)} / {percent(paramShare.trainable, language)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
