import { useId } from 'preact/hooks';
import { type Budgets, type CostName, costNames } from './candidates.js';
import { type ChoiceSettings, parseLimit, unitOf } from './settings.js';
import type { ChooseWords } from './words.js';

interface ChooseControlsProps {
  readonly settings: ChoiceSettings;
  readonly change: (some: Partial<ChoiceSettings>) => void;
  readonly words: ChooseWords;
}

/** The budgets with one of them changed, or taken away. */
function withLimit(budgets: Budgets, name: CostName, limit: number | undefined): Budgets {
  const { [name]: _, ...others } = budgets;
  return limit === undefined ? others : { ...others, [name]: limit };
}

/** What accuracy is drawn against, and an upper limit for every cost. */
export function ChooseControls({ settings, change, words }: ChooseControlsProps) {
  const { by, budgets } = settings;
  const id = useId();
  return (
    <div class="explorer-controls choose-controls">
      <label class="choice">
        <span>{words.by}</span>
        <select
          value={by}
          onChange={({ currentTarget }) => change({ by: costNames[currentTarget.selectedIndex]! })}
        >
          {costNames.map((name) => (
            <option key={name} value={name}>
              {words.costs[name]}
            </option>
          ))}
        </select>
      </label>
      {costNames.map((name) => {
        const limit = budgets[name];
        return (
          <label class="choice" key={name} for={`${id}-${name}`}>
            <span>{words.limit(words.costs[name], words.units[name])}</span>
            <input
              id={`${id}-${name}`}
              type="number"
              inputMode="decimal"
              min={0}
              step="any"
              value={limit === undefined ? '' : limit / unitOf[name]}
              onInput={({ currentTarget }) => {
                const typed = parseLimit(currentTarget.value);
                change({
                  budgets: withLimit(budgets, name, typed === undefined ? undefined : typed * unitOf[name]),
                });
              }}
            />
          </label>
        );
      })}
      <button type="button" class="quiet-button" onClick={() => change({ budgets: {} })}>
        {words.clear}
      </button>
    </div>
  );
}
