import type { Account, SeparableAccount } from '@sepconv/cost-model';
import type { Language } from '../../lib/frame.js';
import { exact, short } from '../../lib/numbers.js';
import type { AccountWords } from './words.js';

interface BarsProps {
  readonly title: string;
  readonly account: SeparableAccount;
  readonly measure: (account: Account) => number;
  readonly words: AccountWords;
  readonly language: Language;
}

/** A segment below this share of the row is still drawn, or it would seem to cost nothing. */
const thinnest = 0.004;

/** Two bars on one scale: the standard layer, and the separable one as depthwise and pointwise end to end. */
export function Bars({ title, account, measure, words, language }: BarsProps) {
  const { standard, depthwise, pointwise, separable } = account;
  const most = Math.max(measure(standard), measure(separable));
  const segment = (part: Account, tone: string) => (
    <span
      class={`bar-segment fill-${tone}`}
      style={{ width: `${Math.max(measure(part) / most, thinnest) * 100}%` }}
    />
  );
  const row = (name: string, total: Account, segments: preact.ComponentChildren) => (
    <div class="bar-row">
      <span class="bar-name">{name}</span>
      <span class="bar-track">{segments}</span>
      <span class="bar-value" title={exact(measure(total), language)}>
        {short(measure(total))}
      </span>
    </div>
  );
  const said = [
    `${words.standard} ${short(measure(standard))}`,
    `${words.depthwise} ${short(measure(depthwise))}`,
    `${words.pointwise} ${short(measure(pointwise))}`,
    `${words.separable} ${short(measure(separable))}`,
  ];
  return (
    <div class="bars">
      <p class="bars-title">{title}</p>
      <div role="img" aria-label={`${title}: ${said.join(', ')}`}>
        {row(words.standard, standard, segment(standard, 'standard'))}
        {row(
          words.separable,
          separable,
          <>
            {segment(depthwise, 'depthwise')}
            {segment(pointwise, 'pointwise')}
          </>,
        )}
        <p class="bar-parts">
          <span class="tone-depthwise">
            {words.depthwise} {short(measure(depthwise))}
          </span>
          {' + '}
          <span class="tone-pointwise">
            {words.pointwise} {short(measure(pointwise))}
          </span>
        </p>
      </div>
    </div>
  );
}
