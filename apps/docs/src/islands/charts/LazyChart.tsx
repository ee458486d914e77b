import { useEffect, useRef, useState } from 'preact/hooks';

/** A function that draws some data as an SVG of a given width. */
export type Draw<Data> = (data: Data, width: number) => Element;

interface LazyChartProps<Data> {
  /** Loads the drawing, and the chart library with it. Called when the chart comes into view. */
  readonly load: () => Promise<Draw<Data>>;
  /** What to draw; a new object is a new drawing. */
  readonly data: Data;
  /** What the chart shows, in words. */
  readonly label: string;
}

/** The width of an element, followed as it changes; 0 before it is known. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** The drawing once it is loaded, which begins when the element comes near the reader. */
function useDraw<Data>(element: { readonly current: HTMLElement | null }, load: () => Promise<Draw<Data>>) {
  const [draw, setDraw] = useState<{ readonly it: Draw<Data> }>();
  useEffect(() => {
    if (element.current === null) return;
    let gone = false;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        void load().then((it) => gone || setDraw({ it }));
      },
      { rootMargin: '600px' },
    );
    observer.observe(element.current);
    return () => {
      gone = true;
      observer.disconnect();
    };
  }, [element, load]);
  return draw?.it;
}

/** A chart that waits for nobody: numbers beside it are there before the library that draws it. */
export function LazyChart<Data>({ load, data, label }: LazyChartProps<Data>) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const draw = useDraw(frame, load);
  useEffect(() => {
    if (draw === undefined || width === 0) return;
    const drawing = draw(data, width);
    // The frame around it says what the chart shows; the parts of the drawing have nothing to add.
    drawing.setAttribute('aria-hidden', 'true');
    frame.current?.replaceChildren(drawing);
  }, [draw, data, width]);
  return <div class="chart-frame" ref={frame} role="img" aria-label={label} />;
}
