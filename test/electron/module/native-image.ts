import { existsSync, readFileSync } from 'node:fs';
import type { NativeImage, Size } from 'electron';
import { guarded } from '../refuse.ts';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** An image as its PNG bytes. */
class StandInImage implements Partial<NativeImage> {
  isMacTemplateImage = false;
  readonly #png: Buffer;
  readonly #size: Size;

  constructor(png: Buffer, size?: Size) {
    const valid = png.subarray(0, 8).equals(PNG);
    this.#png = valid ? png : Buffer.alloc(0);
    this.#size =
      size ??
      (valid ? { width: png.readUInt32BE(16), height: png.readUInt32BE(20) } : { width: 0, height: 0 });
  }

  isEmpty(): boolean {
    return this.#png.length === 0;
  }
  getSize(): Size {
    return { ...this.#size };
  }
  getAspectRatio(): number {
    return this.#size.width / this.#size.height;
  }
  toPNG(): Buffer {
    return Buffer.from(this.#png);
  }
  toDataURL(): string {
    return `data:image/png;base64,${this.#png.toString('base64')}`;
  }
  /** The picture stays as it is; only its size is told anew. */
  resize({ width, height }: { width?: number; height?: number }): NativeImage {
    const size = { width: width ?? this.#size.width, height: height ?? width ?? this.#size.height };
    return image(this.#png, size);
  }
  addRepresentation(_options: unknown): void {}
  setTemplateImage(option: boolean): void {
    this.isMacTemplateImage = option;
  }
  isTemplateImage(): boolean {
    return this.isMacTemplateImage;
  }
}

function image(png: Buffer, size?: Size): NativeImage {
  return guarded(new StandInImage(png, size), 'NativeImage') as unknown as NativeImage;
}

/** An image for what takes an image or a path. @throws Error in Electron's words when the path holds none. */
export function imageFrom(given: NativeImage | string): NativeImage {
  if (typeof given !== 'string') return given;
  const found = nativeImage.createFromPath(given);
  if (found.isEmpty()) throw new Error(`Failed to load image from path '${given}'`);
  return found;
}

export const nativeImage = guarded(
  {
    createEmpty: () => image(Buffer.alloc(0)),
    createFromPath: (path: string) => image(existsSync(path) ? readFileSync(path) : Buffer.alloc(0)),
    createFromBuffer: (buffer: Buffer) => image(buffer),
    createFromDataURL: (url: string) => image(Buffer.from(url.split(',')[1] ?? '', 'base64')),
  },
  'nativeImage',
);
