/** @file Frames of a video, one after the other, as fast as they are worked on. */
import type { ImageSource } from '#platform';
import { VisionError } from './errors.js';

/** A video of the page, or frames from anywhere: those of a `MediaStreamTrackProcessor`, images of a list. */
export type FrameSource = HTMLVideoElement | AsyncIterable<ImageSource> | Iterable<ImageSource>;

/** How often it is looked whether a camera was switched off, of which no event tells everywhere. */
const lookMs = 250;

/** Whether nothing more will come: the video has ended, or all that its stream came from was stopped. */
const isOver = ({ ended, srcObject }: HTMLVideoElement): boolean =>
  ended || (typeof MediaStream === 'function' && srcObject instanceof MediaStream && !srcObject.active);

/** Waits for the video's next frame; `false` when it ended, somebody stopped it, or there was none for a moment. */
const nextFrame = (video: HTMLVideoElement, signal: AbortSignal | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    const settle = (isFrame: boolean): void => {
      clearTimeout(timer);
      video.removeEventListener('ended', stop);
      signal?.removeEventListener('abort', stop);
      if (isCounted) video.cancelVideoFrameCallback(request);
      else cancelAnimationFrame(request);
      resolve(isFrame);
    };
    const seen = (): void => settle(true);
    const stop = (): void => settle(false);
    const isCounted = typeof video.requestVideoFrameCallback === 'function';
    const request = isCounted ? video.requestVideoFrameCallback(seen) : requestAnimationFrame(seen);
    const timer = setTimeout(stop, lookMs);
    video.addEventListener('ended', stop);
    signal?.addEventListener('abort', stop);
  });

const isVideo = (source: object): source is HTMLVideoElement =>
  typeof HTMLVideoElement === 'function' && source instanceof HTMLVideoElement;

/** Frames of a source, until it ends or the signal is aborted. Frames that must be closed are, when the next one is asked for. */
export async function* framesOf(source: FrameSource, signal?: AbortSignal): AsyncGenerator<ImageSource> {
  const isAborted = (): boolean => signal?.aborted ?? false;
  if (typeof source !== 'object' || source === null) {
    throw new VisionError('frames come from a video element, or from anything that can be iterated over');
  }
  if (isVideo(source)) {
    while (!isOver(source) && !isAborted()) {
      const isFrame = await nextFrame(source, signal);
      // What a stream shows after its end is black.
      if (isFrame && !isOver(source)) yield source;
    }
    return;
  }
  if (!(Symbol.asyncIterator in source || Symbol.iterator in source)) {
    throw new VisionError('frames come from a video element, or from anything that can be iterated over');
  }
  for await (const frame of source as AsyncIterable<ImageSource>) {
    if (isAborted()) return;
    try {
      yield frame;
    } finally {
      if (typeof VideoFrame === 'function' && frame instanceof VideoFrame) frame.close();
    }
  }
}
