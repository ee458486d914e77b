import { useEffect, useState } from 'preact/hooks';

/** A part of a piece that is loaded when it is first wanted, so that a page that nobody operates does not load it. */
export function useLater<Part>(isWanted: boolean, load: () => Promise<Part>): Part | undefined {
  const [loaded, setLoaded] = useState<{ readonly it: Part }>();
  useEffect(() => {
    if (!isWanted || loaded !== undefined) return;
    let gone = false;
    void load().then((it) => gone || setLoaded({ it }));
    return () => {
      gone = true;
    };
  }, [isWanted, loaded, load]);
  return loaded?.it;
}
