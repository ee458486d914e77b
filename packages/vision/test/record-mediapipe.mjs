// Records what @mediapipe/tasks-vision 0.10.21 makes of two drawn faces in Chromium, on the CPU, by the networks of @mediapipe/face_detection
// and @mediapipe/selfie_segmentation, which `writeTflite(network, { normalization })` has given the metadata that it asks for: run in a page
// that serves it, the two files and `picture`, the drawing of `drawFaces(400, 300, …)` as an ImageData.
import { FaceDetector, FilesetResolver, ImageSegmenter } from '@mediapipe/tasks-vision';

export async function record(picture) {
  const files = await FilesetResolver.forVisionTasks('./wasm');
  const options = (modelAssetPath) => ({
    baseOptions: { modelAssetPath, delegate: 'CPU' },
    runningMode: 'IMAGE',
  });
  const detector = await FaceDetector.createFromOptions(files, {
    ...options('face_detection_short_range.tflite'),
    minDetectionConfidence: 0.5,
  });
  const segmenter = await ImageSegmenter.createFromOptions(files, {
    ...options('selfie_segmentation.tflite'),
    outputConfidenceMasks: true,
  });
  const faces = detector.detect(picture).detections.map(({ categories, boundingBox, keypoints }) => ({
    score: categories[0].score,
    box: [boundingBox.originX, boundingBox.originY, boundingBox.width, boundingBox.height],
    points: keypoints.map(({ x, y }) => [x * picture.width, y * picture.height]),
  }));
  // Every tenth pixel of every tenth row, from the fifth on.
  const [whole] = segmenter.segment(picture).confidenceMasks;
  const mask = whole
    .getAsFloat32Array()
    .filter((_, i) => (i % whole.width) % 10 === 5 && Math.floor(i / whole.width) % 10 === 5);
  return { faces, mask: Array.from(mask) };
}
