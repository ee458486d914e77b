/** pdf.js's decoders by themselves, for which its package has no types. */
declare module 'pdfjs-dist/image_decoders/pdf.image_decoders.mjs' {
  export class JpegImage {
    parse(data: Uint8Array, options?: { dnlScanLines?: number | null }): void;
    getData(options: {
      width: number;
      height: number;
      forceRGB?: boolean;
      isSourcePDF?: boolean;
    }): Uint8ClampedArray<ArrayBuffer>;
  }
  /** 0: errors only. */
  export function setVerbosityLevel(level: number): void;
}
