import { useEffect, useState } from 'preact/hooks';
import { defaults, queryOf, type Settings, settingsFromQuery } from './settings.js';

/** Browsers limit how often the address may change; a moving slider changes it far more often. */
const addressDelayMs = 250;

/**
 * The settings, read from the page's address and written back to it. The first render has the defaults, as the page
 * from the server has, so that the two agree.
 */
export function useSettings(): readonly [Settings, (change: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(defaults);
  const [touched, setTouched] = useState(false);

  useEffect(() => {
    const read = () => setSettings(settingsFromQuery(location.search));
    read();
    window.addEventListener('popstate', read);
    return () => window.removeEventListener('popstate', read);
  }, []);

  useEffect(() => {
    if (!touched) return;
    const timer = setTimeout(() => {
      history.replaceState(history.state, '', `${location.pathname}${queryOf(settings)}${location.hash}`);
    }, addressDelayMs);
    return () => clearTimeout(timer);
  }, [settings, touched]);

  const change = (part: Partial<Settings>) => {
    setTouched(true);
    setSettings((current) => ({ ...current, ...part }));
  };
  return [settings, change];
}
