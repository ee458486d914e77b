import { useEffect, useRef } from 'preact/hooks';

interface GreyImageProps {
  /** `side` × `side` bytes, 255 for ink. */
  readonly pixels: Uint8Array;
  readonly side: number;
  /** What it shows; without, it is part of something that says so. */
  readonly label?: string;
}

/** A small grey image, ink in the colour of the page's text. */
export function GreyImage({ pixels, side, label }: GreyImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(side, side);
    // White ink that is more or less opaque: the style sheet inverts it where the page is light.
    for (const [i, byte] of pixels.entries()) image.data.set([255, 255, 255, byte], i * 4);
    context.putImageData(image, 0, 0);
  }, [pixels, side]);
  const naming =
    label === undefined ? { 'aria-hidden': true } : ({ role: 'img', 'aria-label': label } as const);
  return <canvas ref={canvas} class="grey-image" width={side} height={side} {...naming} />;
}
