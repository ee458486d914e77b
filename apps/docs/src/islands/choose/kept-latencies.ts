/** @file Times that the browser keeps, so that nobody measures twice. */
import type { Latencies, Latency } from './candidates.js';

const key = 'sepconv-latencies';

const isLatency = (value: unknown): value is Latency => {
  const { milliseconds, isSteady } = (value ?? {}) as Partial<Latency>;
  return typeof milliseconds === 'number' && milliseconds > 0 && typeof isSteady === 'boolean';
};

/** What an earlier visit measured: another version of the library may be faster, so its times are not taken over. */
export function latenciesIn(text: string | null, version: string): Latencies {
  try {
    const kept = JSON.parse(text ?? '{}') as { readonly version?: unknown; readonly times?: object };
    if (kept.version !== version) return {};
    return Object.fromEntries(Object.entries(kept.times ?? {}).filter(([, value]) => isLatency(value)));
  } catch {
    // Whatever is there, nobody wrote it here.
    return {};
  }
}

/** Reads what is kept; nothing where the browser keeps nothing for pages. */
export function readLatencies(version: string): Latencies {
  try {
    return latenciesIn(localStorage.getItem(key), version);
  } catch {
    return {};
  }
}

/** Keeps times; where the browser refuses, they last as long as the page. */
export function keepLatencies(times: Latencies, version: string): void {
  try {
    localStorage.setItem(key, JSON.stringify({ version, times }));
  } catch {
    // Storage may be full or forbidden, and the page works without.
  }
}
