/** @file The step-through as a picture that stands by itself, at any moment, and as one that moves. Loaded when somebody asks for it. */
import { render } from 'preact';
import type { Language } from '../../lib/frame.js';
import { animatedPng } from './animated-png.js';
import { runExample } from './example.js';
import { SeparablePanel, StandardPanel } from './panels.js';
import { positionAt, separableWalk, standardWalk } from './walk.js';
import { stepWords } from './words.js';

/** What a picture has to carry, because nothing around it tells. */
const carried = ['fill', 'stroke', 'stroke-width', 'font-size', 'font-weight', 'text-anchor'] as const;

const panelSize = { width: 336, height: 482 };
const margin = 24;
/** Room for the name of a form and its counter. */
const headHeight = 48;
const size = { width: 2 * panelSize.width + 3 * margin, height: panelSize.height + headHeight + 2 * margin };

/** A drawing with the styles of the page written into it. */
function standalone(panel: SVGSVGElement): SVGSVGElement {
  const copy = panel.cloneNode(true) as SVGSVGElement;
  const painted = 'rect, text';
  const copies = copy.querySelectorAll(painted);
  for (const [index, element] of panel.querySelectorAll(painted).entries()) {
    const style = getComputedStyle(element);
    const target = copies[index]!;
    for (const name of carried) target.setAttribute(name, style.getPropertyValue(name));
  }
  for (const element of [copy, ...copy.querySelectorAll('[class]')]) element.removeAttribute('class');
  return copy;
}

/** Draws both forms as they stand after some multiply-adds, in the page's colours of the moment. */
export function stillAt(done: number, language: Language): string {
  const words = stepWords(language);
  const example = runExample();
  const forms = [
    { name: words.standard, walk: standardWalk(), Panel: StandardPanel },
    { name: words.separable, walk: separableWalk(), Panel: SeparablePanel },
  ];
  const host = document.createElement('div');
  host.className = 'step-through still-host';
  host.setAttribute('aria-hidden', 'true');
  document.body.append(host);
  try {
    render(
      forms.map(({ name, walk, Panel }) => (
        <Panel key={name} label={name} {...{ example, words }} position={positionAt(walk, done)} />
      )),
      host,
    );
    const { color, backgroundColor } = getComputedStyle(host);
    const parts = [...host.querySelectorAll('svg')].map((panel, index) => {
      const { name, walk } = forms[index]!;
      const drawing = standalone(panel);
      drawing.setAttribute('width', `${panelSize.width}`);
      drawing.setAttribute('height', `${panelSize.height}`);
      drawing.setAttribute('y', `${headHeight}`);
      const counter = words.counter(Math.min(done, walk.total), walk.total);
      const x = margin + index * (panelSize.width + margin);
      const head = `<text y="14" font-size="15" font-weight="650">${name}</text><text y="34" font-size="13">${counter}</text>`;
      return `<g transform="translate(${x} ${margin})" fill="${color}">${head}${new XMLSerializer().serializeToString(drawing)}</g>`;
    });
    const { width, height } = size;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif"><title>${words.title}</title><rect width="100%" height="100%" fill="${backgroundColor}"/>${parts.join('')}</svg>`;
  } finally {
    render(null, host);
    host.remove();
  }
}

/** A picture as the bytes of a PNG. */
async function rasterized(svg: string): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image(size.width, size.height);
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, size);
    canvas.getContext('2d')!.drawImage(image, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (blob === null) throw new Error('the browser makes no PNG of the drawing');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}

const frameMs = 300;
/** The last frame stays, so that the end can be read. */
const lastMs = 3000;

/** The moments of the animation: in the middle of each result of the standard form, and the end. */
export function moments(): readonly number[] {
  const { steps, total } = standardWalk();
  return [...steps.map(({ start, taps }) => start + Math.floor(taps.length / 2)), total];
}

/** The whole walk as an animated PNG. */
export async function animationOf(language: Language): Promise<Uint8Array<ArrayBuffer>> {
  const frames = [];
  for (const done of moments()) frames.push(await rasterized(stillAt(done, language)));
  return animatedPng(
    frames.map((png, index) => ({ png, milliseconds: index === frames.length - 1 ? lastMs : frameMs })),
  );
}
