/** @file The words of teaching a network, in both languages. */
import type { Language } from '../../lib/frame.js';
import type { TeachStep } from './protocol.js';

const en = {
  title: 'Teach it',
  model: 'Drop an image classifier (ONNX or TFLite), or choose one',
  modelHint:
    'Optional: without one, the small network for digits learns, which sees strokes on 28×28 grey pixels.',
  modelIs: (name: string) => `It goes on from ${name}`,
  forgetModel: 'Without a file',
  className: (number: number) => `Name of class ${number}`,
  newClass: (number: number) => `class ${number}`,
  photos: (name: string) => `Drop photos of “${name}”, or choose some`,
  photosHint: (count: number) => (count === 1 ? '1 image' : `${count} images`),
  capture: 'Hold to record from the camera',
  captureFor: (name: string) => `Record “${name}” from the camera`,
  forget: 'Remove its images',
  removeClass: 'Remove the class',
  addClass: 'One more class',
  camera: 'Camera on',
  cameraOff: 'Camera off',
  cameraPicture: 'What the camera sees',
  noCamera: (message: string) => `The camera cannot be used: ${message}`,
  teach: 'Teach',
  stop: 'Stop',
  stopped: 'Stopped.',
  needed: 'Two classes with two images each are the least; twenty each are better.',
  step: (step: TeachStep, share: number) =>
    `${{ reading: 'Reading the network', images: 'Reading images', features: 'Computing features', head: 'Learning', writing: 'Trying and writing' }[step]}, ${Math.round(100 * share)} %`,
  failed: 'It could not be taught',
  done: (images: number, features: number, seconds: string) =>
    `Learnt from ${images} images in ${seconds} s: each became ${features} features once, and a new last layer was trained on them.`,
  accuracy: 'Right',
  heldBack: (count: number) => `on ${count} images that it had not seen`,
  notHeldBack: 'on the images it learnt from; with 5 of each class some are held back',
  reopened: 'Saved and opened again',
  reopenedNote: (named: boolean): string =>
    named ? 'images get the same answer, with the names of your classes' : 'images get the same answer',
  confusion: 'What was taken for what',
  isOf: 'of',
  save: (name: string) => `Save ${name}`,
  notWritten: (name: string) => `${name} cannot be written:`,
  test: 'Try it: drop an image, or choose one',
  testHint: 'With the camera on, it says what it sees, all the time.',
  guesses: 'What it sees',
  nothing: 'Nothing shown yet.',
};

/** The words of one language. */
export type TeachWords = typeof en;

const zh: TeachWords = {
  title: '教会它',
  model: '把图像分类器（ONNX 或 TFLite）拖到这里，或点此选择',
  modelHint: '可选：没有文件时，由认数字的小网络来学，它看的是 28×28 灰度像素上的笔画。',
  modelIs: (name) => `从 ${name} 学起`,
  forgetModel: '不用文件',
  className: (number) => `第 ${number} 类的名称`,
  newClass: (number) => `类别 ${number}`,
  photos: (name) => `把“${name}”的照片拖到这里，或点此选择`,
  photosHint: (count) => `${count} 张图像`,
  capture: '按住以从摄像头录入',
  captureFor: (name) => `从摄像头录入“${name}”`,
  forget: '移除其图像',
  removeClass: '移除此类',
  addClass: '增加一类',
  camera: '打开摄像头',
  cameraOff: '关闭摄像头',
  cameraPicture: '摄像头所见',
  noCamera: (message) => `无法使用摄像头：${message}`,
  teach: '开始教',
  stop: '停止',
  stopped: '已停止。',
  needed: '至少要两类，每类两张；每类二十张更好。',
  step: (step, share) =>
    `${{ reading: '读取网络', images: '读取图像', features: '计算特征', head: '学习', writing: '检验并写出' }[step]}，${Math.round(100 * share)} %`,
  failed: '没能教会',
  done: (images, features, seconds) =>
    `从 ${images} 张图像学习，用时 ${seconds} 秒：每张图像只算一次，得到 ${features} 个特征，再用它们训练新的最后一层。`,
  accuracy: '答对',
  heldBack: (count) => `以未见过的 ${count} 张图像检验`,
  notHeldBack: '以学过的图像检验；每类有 5 张时会留出一些',
  reopened: '保存后再打开',
  reopenedNote: (named) => (named ? '张图像的答案相同，类别名称也在' : '张图像的答案相同'),
  confusion: '什么被认成了什么',
  isOf: '共',
  save: (name) => `保存 ${name}`,
  notWritten: (name) => `无法写出 ${name}：`,
  test: '试一试：把图像拖到这里，或点此选择',
  testHint: '打开摄像头后，它会一直说出所见。',
  guesses: '它看到了什么',
  nothing: '还没有给它看什么。',
};

/** The words in a language. */
export const teachWords = (language: Language): TeachWords => ({ en, zh })[language];
