/** @file A device for tests in Node: the npm package `webgpu` on the software driver that Chromium brings. */
import { existsSync } from 'node:fs';
import { create, globals } from 'webgpu';
import { requestDevice } from '../device.js';

/** Where distributions put the driver's description. */
const manifests = [
  process.env.VK_DRIVER_FILES,
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

/** Kept, because devices end with what made them. */
const instances: GPU[] = [];

/** A new device, or why there is none. */
export async function softwareDevice(): Promise<GPUDevice | string> {
  const manifest = manifests.find((path) => path !== undefined && existsSync(path));
  if (manifest === undefined) return 'no software driver: install Chromium';
  // Read by the Vulkan loader, which is loaded with the first instance.
  process.env.VK_DRIVER_FILES = manifest;
  process.env.XDG_RUNTIME_DIR ??= '/tmp';
  Object.assign(globalThis, globals);
  const gpu = create([]);
  instances.push(gpu);
  return requestDevice(gpu).catch((error: Error) => `${error.message} (is libvulkan1 installed?)`);
}
