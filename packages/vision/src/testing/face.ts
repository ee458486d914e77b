/** @file A drawn face that detectors take for one: what no photo has to be kept for. */
import type { Pixels } from '@sepconv/tensor';

interface Blob {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  readonly colour: readonly [number, number, number];
  /** How soft its border is, in parts of its radius. */
  readonly soft?: number;
}

/** From the back to the front, in parts of the face's height: hair, neck, ears, face, brows, whites, pupils, nose, mouth. */
const blobs: readonly Blob[] = [
  { x: 0, y: -0.12, rx: 0.46, ry: 0.52, colour: [52, 36, 28] },
  { x: 0, y: 0.5, rx: 0.2, ry: 0.35, colour: [188, 140, 116] },
  { x: -0.39, y: 0.02, rx: 0.06, ry: 0.11, colour: [196, 146, 122] },
  { x: 0.39, y: 0.02, rx: 0.06, ry: 0.11, colour: [196, 146, 122] },
  { x: 0, y: 0.02, rx: 0.38, ry: 0.5, colour: [222, 172, 146], soft: 0.12 },
  ...[-1, 1].flatMap((side): Blob[] => [
    { x: side * 0.17, y: -0.14, rx: 0.1, ry: 0.03, colour: [70, 48, 38], soft: 0.4 },
    { x: side * 0.17, y: -0.05, rx: 0.1, ry: 0.06, colour: [176, 126, 106], soft: 0.6 },
    { x: side * 0.17, y: -0.045, rx: 0.075, ry: 0.038, colour: [238, 234, 230], soft: 0.2 },
    { x: side * 0.17, y: -0.045, rx: 0.034, ry: 0.036, colour: [40, 28, 24], soft: 0.2 },
    { x: side * 0.06, y: 0.15, rx: 0.04, ry: 0.03, colour: [160, 108, 92], soft: 0.7 },
  ]),
  { x: 0, y: 0.05, rx: 0.045, ry: 0.13, colour: [232, 186, 162], soft: 0.7 },
  { x: 0, y: 0.29, rx: 0.15, ry: 0.045, colour: [176, 84, 84], soft: 0.25 },
  { x: 0, y: 0.285, rx: 0.13, ry: 0.01, colour: [110, 44, 48], soft: 0.6 },
];

/** A face of this height about a point. */
export interface Face {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** Draws faces before a grey wall. */
export function drawFaces(width: number, height: number, faces: readonly Face[]): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let colour: readonly number[] = [120 + (60 * y) / height, 140 + (40 * y) / height, 150];
      for (const face of faces) {
        const [u, v] = [(x - face.x) / face.height, (y - face.y) / face.height];
        for (const blob of blobs) {
          const distance = Math.hypot((u - blob.x) / blob.rx, (v - blob.y) / blob.ry);
          const soft = blob.soft ?? 0.08;
          const share = Math.max(0, Math.min(1, (1 + soft - distance) / (2 * soft)));
          colour = colour.map((value, c) => value + share * ((blob.colour[c] as number) - value));
        }
      }
      data.set(colour.map(Math.round), 3 * (y * width + x));
    }
  }
  return { data, width, height };
}
