import { readNetwork } from '@sepconv/formats';
import { compile } from '@sepconv/kernels';
import { imageToTensor } from '@sepconv/tensor';

const bytes = new Uint8Array(await (await fetch('./model.onnx')).arrayBuffer());
const { network, inputs } = await readNetwork(bytes, { fileName: 'model.onnx' });
const session = await compile(network);

const photo = await createImageBitmap(await (await fetch('./photo.png')).blob());
const canvas = new OffscreenCanvas(photo.width, photo.height);
const context = canvas.getContext('2d');
context?.drawImage(photo, 0, 0);
const pixels = context?.getImageData(0, 0, photo.width, photo.height);

const [, height = 0, width = 0] = inputs[0]?.shape ?? [];
if (pixels === undefined) throw new Error('no canvas');
const { data } = session.run(imageToTensor(pixels, { size: { height, width } }));
console.log(`${data.length} classes`);
// 10 classes
