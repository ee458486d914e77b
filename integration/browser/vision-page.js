// What a page of a user does with photos: everything that a page can show, through a classifier in a worker of its own.
import { loadClassifier } from '@sepconv/vision';

/** @returns the classifier's answers to the same picture as each kind of source there is. */
async function sourcesOf(address) {
  const blob = await (await fetch(address)).blob();
  const bitmap = await createImageBitmap(blob);
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
  const context = canvas.getContext('2d');
  context.drawImage(bitmap, 0, 0);
  const offscreen = new OffscreenCanvas(bitmap.width, bitmap.height);
  offscreen.getContext('2d').drawImage(bitmap, 0, 0);
  // Not waited for: whoever hands over an image that is still on its way means the whole image.
  const image = Object.assign(new Image(40, 30), { src: address });
  return {
    ImageData: context.getImageData(0, 0, canvas.width, canvas.height),
    canvas,
    OffscreenCanvas: offscreen,
    img: image,
    ImageBitmap: bitmap,
    VideoFrame: new VideoFrame(canvas, { timestamp: 0 }),
    Blob: blob,
    bytes: new Uint8Array(await blob.arrayBuffer()),
    address,
    URL: new URL(address, location.href),
  };
}

globalThis.classifyAll = async (model, address, options) => {
  const classifier = await loadClassifier(model, options);
  const answers = {};
  for (const [name, source] of Object.entries(await sourcesOf(address))) {
    answers[name] = await classifier.classify(source, { top: 2 });
  }
  classifier.dispose();
  const late = await classifier.classify(address).catch((error) => `${error.name} ${error.message}`);
  return { answers, isInWorker: classifier.isInWorker, late };
};

/** A video that shows one colour after the other, and ends. */
async function playedVideo(colours) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 64, height: 48 });
  const context = canvas.getContext('2d');
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
  const stream = canvas.captureStream(30);
  video.srcObject = stream;
  const show = async () => {
    for (const colour of colours) {
      for (let i = 0; i < 20; i++) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 64, 48);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    for (const track of stream.getTracks()) track.stop();
  };
  const shown = show();
  await video.play();
  return { video, shown };
}

globalThis.classifyVideo = async (model, colours) => {
  const classifier = await loadClassifier(model);
  const { video, shown } = await playedVideo(colours);
  const [now] = await classifier.classify(video, { top: 1 });
  const seen = [];
  for await (const [best] of classifier.classifyFrames(video, { top: 1 })) seen.push(best.label);
  await shown;
  const stopped = new AbortController();
  const again = await playedVideo(colours);
  let frames = 0;
  for await (const _ of classifier.classifyFrames(again.video, { signal: stopped.signal })) {
    if (++frames === 3) stopped.abort();
  }
  // Nobody waits for a frame that does not come.
  again.video.pause();
  const waiting = new AbortController();
  setTimeout(() => waiting.abort(), 50);
  for await (const _ of classifier.classifyFrames(again.video, { signal: waiting.signal }));
  classifier.dispose();
  return { now: now.label, seen, frames };
};

/** What somebody is told who hands over something else. */
globalThis.classifyWrong = async (model, foreign) => {
  const classifier = await loadClassifier(model);
  const tell = (promise) =>
    promise.then(
      () => 'answered',
      ({ name, message }) => `${name} ${message}`,
    );
  const image = Object.assign(new Image(), { src: foreign });
  const told = {
    nothing: await tell(classifier.classify(undefined)),
    emptyVideo: await tell(classifier.classify(document.createElement('video'))),
    brokenImage: await tell(classifier.classify(Object.assign(new Image(), { src: '/nowhere.png' }))),
    foreign: await tell(classifier.classify(image)),
    text: await tell(classifier.classify(new Blob(['text']))),
    missing: await tell(classifier.classify('/nowhere.png')),
    model: await tell(loadClassifier('/nowhere.onnx')),
  };
  classifier.dispose();
  return told;
};
globalThis.isLoaded = true;
