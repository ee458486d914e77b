/** @file Settings in the page's address. Several pieces of one page share it, each with keys of its own. */
import { useEffect, useState } from 'preact/hooks';

/** Browsers limit how often the address may change; a moving slider changes it far more often. */
const addressDelayMs = 250;

/** How a piece's settings are written into an address, and read from one. What is written as '' has no key there. */
export interface QueryForm<Settings> {
  readonly defaults: Settings;
  read(query: URLSearchParams): Settings;
  write(settings: Settings): Readonly<Record<string, string>>;
}

/** The query of a link with these settings, and with whatever else the address already says. */
export function linkQuery<Settings>(
  form: QueryForm<Settings>,
  settings: Settings,
  current: URLSearchParams = new URLSearchParams(),
): string {
  const query = new URLSearchParams(current);
  for (const [key, value] of Object.entries(form.write(settings))) {
    if (value === '') query.delete(key);
    else query.set(key, value);
  }
  return `?${query}`;
}

/**
 * Settings that the page's address keeps. The first render has the defaults, as the page from the server has, so that
 * the two agree; the address is read right after it, and written when something was changed.
 */
export function useQuery<Settings extends object>(
  form: QueryForm<Settings>,
): readonly [Settings, (change: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(form.defaults);
  const [touched, setTouched] = useState(false);

  useEffect(() => {
    const read = () => setSettings(form.read(new URLSearchParams(location.search)));
    read();
    window.addEventListener('popstate', read);
    return () => window.removeEventListener('popstate', read);
  }, [form]);

  useEffect(() => {
    if (!touched) return;
    const timer = setTimeout(() => {
      const query = linkQuery(form, settings, new URLSearchParams(location.search));
      history.replaceState(history.state, '', `${location.pathname}${query}${location.hash}`);
    }, addressDelayMs);
    return () => clearTimeout(timer);
  }, [form, settings, touched]);

  const change = (part: Partial<Settings>) => {
    setTouched(true);
    setSettings((current) => ({ ...current, ...part }));
  };
  return [settings, change];
}
