import type { SeparableAccount } from '@sepconv/cost-model';
import type { Language } from '../../lib/frame.js';
import { exact } from '../../lib/numbers.js';
import { Formula } from './Formula.js';
import type { AccountWords } from './words.js';

interface AccountTableProps {
  readonly account: SeparableAccount;
  readonly words: AccountWords;
  readonly language: Language;
}

const rows = ['standard', 'depthwise', 'pointwise', 'separable'] as const;

/** The four accounts to the last digit, with the formulas behind them. */
export function AccountTable({ account, words, language }: AccountTableProps) {
  return (
    <div class="table-frame">
      <table class="account-table">
        <caption>{words.tableCaption}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{words.macs}</th>
            <th scope="col">{words.flops}</th>
            <th scope="col">{words.params}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((name) => {
            const { macs, flops, params, formulas } = account[name];
            return (
              <tr key={name} data-row={name}>
                <th scope="row">
                  <span class={`tone-${name}`}>{words[name]}</span>
                </th>
                <td data-label={words.macs}>
                  <b data-field="macs">{exact(macs, language)}</b>
                  <Formula formula={formulas.macs} />
                </td>
                <td data-label={words.flops}>
                  <span data-field="flops">{exact(flops, language)}</span>
                </td>
                <td data-label={words.params}>
                  <b data-field="params">{exact(params, language)}</b>
                  <Formula formula={formulas.params} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
