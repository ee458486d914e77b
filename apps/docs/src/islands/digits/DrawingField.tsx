import { useEffect, useRef, useState } from 'preact/hooks';
import type { Drawing } from './mnist-image.js';

/** Pixels of the field, whatever its size on the page. */
const fieldSide = 280;
/** As thick as MNIST's strokes are beside their digits. */
const strokeWidth = 22;

interface DrawingFieldProps {
  readonly label: string;
  /** Shown while nothing is drawn. */
  readonly placeholder: string;
  /** A new number empties the field. */
  readonly emptied: number;
  /** Called after every stroke. */
  readonly onDrawn: (drawing: Drawing) => void;
}

/** How opaque the ink is at each pixel. */
function drawingOf(context: CanvasRenderingContext2D): Drawing {
  const { data } = context.getImageData(0, 0, fieldSide, fieldSide);
  const grey = Uint8Array.from({ length: fieldSide * fieldSide }, (_, i) => data[i * 4 + 3]!);
  return { data: grey, width: fieldSide, height: fieldSide };
}

/** A square to draw in with mouse, pen or finger. */
export function DrawingField({ label, placeholder, emptied, onDrawn }: DrawingFieldProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [empty, setEmpty] = useState(true);
  const context = () => canvas.current?.getContext('2d', { willReadFrequently: true }) ?? undefined;

  useEffect(() => {
    context()?.clearRect(0, 0, fieldSide, fieldSide);
    setEmpty(true);
  }, [emptied]);

  const place = ({ clientX, clientY }: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return {
      x: ((clientX - box.left) / box.width) * fieldSide,
      y: ((clientY - box.top) / box.height) * fieldSide,
    };
  };
  const begin = (event: PointerEvent) => {
    const pen = context();
    if (pen === undefined || event.button !== 0) return;
    canvas.current?.setPointerCapture(event.pointerId);
    const { x, y } = place(event);
    Object.assign(pen, { lineWidth: strokeWidth, lineCap: 'round', lineJoin: 'round', strokeStyle: '#fff' });
    pen.beginPath();
    pen.moveTo(x, y);
    // A tap is a dot.
    pen.lineTo(x, y);
    pen.stroke();
    setEmpty(false);
  };
  const goOn = (event: PointerEvent) => {
    if (!canvas.current?.hasPointerCapture(event.pointerId)) return;
    const { x, y } = place(event);
    context()?.lineTo(x, y);
    context()?.stroke();
  };
  const end = (event: PointerEvent) => {
    const pen = context();
    if (pen === undefined || !canvas.current?.hasPointerCapture(event.pointerId)) return;
    canvas.current.releasePointerCapture(event.pointerId);
    onDrawn(drawingOf(pen));
  };
  return (
    <div class="drawing-field">
      <canvas
        ref={canvas}
        width={fieldSide}
        height={fieldSide}
        role="img"
        aria-label={label}
        onPointerDown={begin}
        onPointerMove={goOn}
        onPointerUp={end}
        onPointerCancel={end}
      />
      {empty && <span aria-hidden="true">{placeholder}</span>}
    </div>
  );
}
