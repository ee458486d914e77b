import { type NetworkName, networkNames } from '@sepconv/mobilenet';
import { linkQuery } from '../../lib/query.js';
import { CopyLink } from '../controls/CopyLink.js';
import {
  type ExplorerSettings,
  explorerForm,
  hasTwin,
  published,
  resolutionsOf,
  widthsOf,
} from './settings.js';
import type { explorerWords } from './words.js';

interface ChoiceProps<Value extends string | number> {
  readonly label: string;
  readonly value: Value;
  readonly values: readonly Value[];
  readonly onChange: (value: Value) => void;
}

function Choice<Value extends string | number>({ label, value, values, onChange }: ChoiceProps<Value>) {
  return (
    <label class="choice">
      <span>{label}</span>
      <select
        value={value}
        disabled={values.length < 2}
        onChange={({ currentTarget }) => onChange(values[currentTarget.selectedIndex]!)}
      >
        {values.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ExplorerControlsProps {
  readonly settings: ExplorerSettings;
  readonly change: (some: Partial<ExplorerSettings>) => void;
  readonly words: ReturnType<typeof explorerWords>;
}

/** Which network the explorer shows: its family, width, resolution and twin, and a link to it. */
export function ExplorerControls({ settings, change, words }: ExplorerControlsProps) {
  const { network, width, resolution, twin } = settings;
  return (
    <div class="explorer-controls">
      <Choice
        label={words.family}
        value={network}
        values={networkNames}
        onChange={(name: NetworkName) => change(published(name))}
      />
      <Choice
        label={words.width}
        value={width}
        values={widthsOf(network)}
        onChange={(value) => change({ width: value })}
      />
      <Choice
        label={words.resolution}
        value={resolution}
        values={resolutionsOf(network)}
        onChange={(value) => change({ resolution: value })}
      />
      {hasTwin(network) && (
        <label class="check">
          <input
            type="checkbox"
            checked={twin}
            onChange={({ currentTarget }) => change({ twin: currentTarget.checked })}
          />
          {words.twin}
        </label>
      )}
      <CopyLink query={linkQuery(explorerForm, settings)} words={words} />
    </div>
  );
}
