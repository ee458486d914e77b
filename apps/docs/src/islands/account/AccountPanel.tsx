import { separableAccount } from '@sepconv/cost-model';
import type { Language } from '../../lib/frame.js';
import { decimal, factor } from '../../lib/numbers.js';
import { linkQuery, useQuery } from '../../lib/query.js';
import { CopyLink } from '../controls/CopyLink.js';
import { NumberSlider } from '../controls/NumberSlider.js';
import { AccountTable } from './AccountTable.js';
import { Bars } from './Bars.js';
import { Symbols } from './Formula.js';
import { RatioCurve } from './RatioCurve.js';
import { defaults, parseSetting, ranges, settingsForm } from './settings.js';
import { accountWords } from './words.js';

/** Whether R is within a tenth of what it comes to for many output channels; for few it only goes there. */
const isNear = ({ value, approximation }: ReturnType<typeof separableAccount>['ratio']): boolean =>
  value - approximation.value <= value / 10;

/** The account of one layer: knobs on one side, the cost model's answer on the other. */
export function AccountPanel({ language }: { readonly language: Language }) {
  const words = accountWords(language);
  const [settings, change] = useQuery(settingsForm);
  const account = separableAccount(settings);
  const { ratio } = account;
  return (
    <section class="account not-content">
      <div class="account-grid">
        <form class="account-controls" aria-label={words.layer} onSubmit={(event) => event.preventDefault()}>
          {ranges.map((range) => (
            <NumberSlider
              key={range.name}
              {...words.settings[range.name]}
              sliderName={words.slider}
              value={settings[range.name]}
              stops={range.stops}
              least={range.least}
              most={range.most}
              hint={words.outOfRange(range.least, range.most)}
              parse={(text) => parseSetting(range, text)}
              onChange={(value) => change({ [range.name]: value })}
            />
          ))}
          <p class="account-output">{words.outputIs(account.output.height, account.output.width)}</p>
          <div class="account-links">
            <button type="button" class="quiet-button" onClick={() => change(defaults)}>
              {words.reset}
            </button>
            <CopyLink query={linkQuery(settingsForm, settings)} words={words} />
          </div>
        </form>

        <div class="account-results">
          <div class="ratio" aria-live="polite">
            <p class="ratio-title">{words.ratio}</p>
            <p class="ratio-main">
              <b data-field="fraction">{ratio.fraction}</b> <span class="ratio-equals">=</span>{' '}
              <b data-field="ratio">{decimal(ratio.value, 5)}</b>
            </p>
            <p class="ratio-formula">
              <Symbols text={ratio.formula.symbolic} /> = {ratio.formula.substituted}
              <span class="ratio-approximation">
                {' '}
                {isNear(ratio) ? '≈' : '→'} <Symbols text={ratio.approximation.formula.symbolic} /> ={' '}
                <span data-field="approximation">{decimal(ratio.approximation.value, 5)}</span>
                {words.approximately}
              </span>
            </p>
            <p class={account.breakEven.saves ? 'ratio-verdict' : 'ratio-verdict ratio-warning'}>
              <b data-field="times">
                {account.breakEven.saves
                  ? words.fewer(factor(1 / ratio.value))
                  : words.more(factor(ratio.value))}
              </b>
              {account.breakEven.saves ? words.fewerNote : words.moreNote}
            </p>
          </div>
          <Bars title={words.macs} measure={({ macs }) => macs} {...{ account, words, language }} />
          <Bars title={words.params} measure={({ params }) => params} {...{ account, words, language }} />
          <RatioCurve settings={settings} account={account} words={words} />
        </div>

        <div class="account-numbers">
          <AccountTable {...{ account, words, language }} />
          <p class="account-note">{words.flopsNote}</p>
        </div>
      </div>
    </section>
  );
}
