import { useMemo } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import { linkQuery, useQuery } from '../../lib/query.js';
import { Key } from '../charts/Key.js';
import { LazyChart } from '../charts/LazyChart.js';
import { CopyLink } from '../controls/CopyLink.js';
import { ChooseControls } from './ChooseControls.js';
import { ChooseTable, nameOf } from './ChooseTable.js';
import { bestOf, type Candidate, costIn, type Rated, rate } from './candidates.js';
import { candidatesCsv } from './csv.js';
import { LatencyControls } from './LatencyControls.js';
import { choiceForm } from './settings.js';
import { useLatencies } from './use-latencies.js';
import { type ChooseWords, chooseWords } from './words.js';

const loadPlot = () => import('./choose-plot.js').then(({ drawChoice }) => drawChoice);

interface ChooseNetworkProps {
  /** Counted when the page was built, so that it loads neither the networks nor the cost model. */
  readonly candidates: readonly Candidate[];
  /** Of the library: times of another one are forgotten. */
  readonly version: string;
  readonly language: Language;
}

/** What the budgets leave, in sentences. */
function answerOf(rated: readonly Rated[], needsTime: boolean, words: ChooseWords): readonly string[] {
  const fitting = rated.filter(({ fits }) => fits).length;
  const untimed = rated.filter(({ latency }) => latency === undefined).length;
  const best = bestOf(rated);
  return [
    words.fitting(fitting, rated.length),
    best === undefined ? words.none : words.best(nameOf(best), `${best.top1.toFixed(1)} %`),
    ...(needsTime && untimed > 0 ? [words.untimed(untimed)] : []),
  ];
}

/** Which network for these budgets: accuracy against what it costs, the front, and a table. */
export function ChooseNetwork({ candidates, version, language }: ChooseNetworkProps) {
  const words = chooseWords(language);
  const [settings, change] = useQuery(choiceForm);
  const { by, budgets } = settings;
  const { latencies, timing, start, stop } = useLatencies(version);
  const rated = useMemo(() => rate(candidates, latencies, budgets, by), [candidates, latencies, budgets, by]);
  const drawn = useMemo(() => rated.filter((each) => costIn(each, by) !== undefined), [rated, by]);
  const picture = useMemo(
    () => ({
      points: drawn.map((each) => ({ ...each, name: nameOf(each), cost: costIn(each, by)! })),
      xLabel: words.axes[by],
      yLabel: words.top1,
    }),
    [drawn, by, words],
  );
  const csv = useMemo(
    () => `data:text/csv;charset=utf-8,${encodeURIComponent(candidatesCsv(rated))}`,
    [rated],
  );
  const front = rated.filter(({ isOptimal }) => isOptimal).length;
  return (
    <section class="explorer choose not-content" aria-label={words.title}>
      <ChooseControls {...{ settings, change, words }} />
      <LatencyControls {...{ candidates, latencies, budgets, timing, start, stop, words }} />
      <p class="choose-answer" role="status">
        {answerOf(rated, budgets.ms !== undefined, words).join(language === 'zh' ? '' : ' ')}
      </p>
      <figure class="curve">
        <figcaption>
          <span class="legend">
            <Key tone="ink" name={words.legendFront} />
            <Key tone="line" name={words.legendFits} />
            <Key tone="none" name={words.legendOver} />
          </span>
        </figcaption>
        {drawn.length > 0 && (
          <LazyChart
            load={loadPlot}
            data={picture}
            label={words.chart(words.axes[by], front, drawn.length)}
          />
        )}
        {drawn.length < rated.length && (
          <p class="explorer-note">{words.drawn(drawn.length, rated.length)}</p>
        )}
      </figure>
      <ChooseTable {...{ rated, words, language }} />
      <p class="choose-links">
        <CopyLink query={linkQuery(choiceForm, settings)} words={words} />
        <a href={csv} download="sepconv-networks.csv">
          {words.csv}
        </a>
      </p>
    </section>
  );
}
