/** Draws the program's icon into build/icons: PNGs for Linux, an .ico for Windows, an .icns for macOS. Run it after changing the drawing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { CHROMIUM_ARGS, chromiumPath } from '../test/run/chromium.ts';

const OUT = fileURLToPath(new URL('./icons/', import.meta.url));
const LINUX = [16, 24, 32, 48, 64, 128, 256, 512];
const WINDOWS = [16, 24, 32, 48, 64, 128, 256];
/** Apple's names for PNGs by pixels; @2x entries repeat a size under another name. */
const APPLE: readonly [type: string, size: number][] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
];
/** Below this the water is left out: it would be a smear. */
const DETAIL_FROM = 48;

/** A sluice: two posts, a gate between them that is lifted, what passes below. `inset`, in hundredths, is the margin that macOS gives its icons. */
function drawing(size: number, inset: number): string {
  const water =
    size < DETAIL_FROM
      ? ''
      : '<path d="M11 84c4.3-5 8.7-5 13 0s8.7 5 13 0 8.7-5 13 0 8.7 5 13 0 8.7-5 13 0 8.7 5 13 0" stroke="#8fa4ff" stroke-width="5" fill="none" stroke-linecap="round"/>';
  const raise = size < DETAIL_FROM ? 6 : 0;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-inset} ${-inset} ${100 + 2 * inset} ${100 + 2 * inset}" width="100%" height="100%">
  <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#4d5cd6"/><stop offset="1" stop-color="#2c3794"/></linearGradient></defs>
  <rect width="100" height="100" rx="22" fill="url(#sky)"/>
  <g transform="translate(0 ${raise})" stroke="#fff" fill="none" stroke-linecap="round" stroke-linejoin="round">
    <path d="M24 18v52M76 18v52" stroke-width="9"/>
    <path d="M24 36h15M61 36h15" stroke-width="8"/>
    <path d="M50 20v40M38.5 49 50 60.5 61.5 49" stroke-width="8"/>
  </g>
  ${water}
</svg>`;
}

/** https://learn.microsoft.com/windows/win32/menurc/newheader: a directory of PNGs. */
function ico(images: readonly { size: number; png: Buffer }[]): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let at = head.length;
  for (const [i, { size, png }] of images.entries()) {
    const entry = 6 + 16 * i;
    // 0 stands for 256.
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(png.length, entry + 8);
    head.writeUInt32LE(at, entry + 12);
    at += png.length;
  }
  return Buffer.concat([head, ...images.map(({ png }) => png)]);
}

/** Apple's icon container: blocks of a type, a length and a PNG. */
function icns(images: readonly { type: string; png: Buffer }[]): Buffer {
  const blocks = images.map(({ type, png }) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(png.length + 8, 4);
    return Buffer.concat([head, png]);
  });
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + blocks.reduce((sum, block) => sum + block.length, 0), 4);
  return Buffer.concat([head, ...blocks]);
}

const executablePath = chromiumPath();
if (executablePath === null) throw new Error('Drawing needs a Chromium on this machine.');
mkdirSync(OUT, { recursive: true });
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });

async function draw(size: number, inset: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<body style="margin:0;background:transparent">${drawing(size, inset)}</body>`);
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
}

for (const size of LINUX) writeFileSync(`${OUT}${size}x${size}.png`, await draw(size, 0));
const windows = [];
for (const size of WINDOWS) windows.push({ size, png: await draw(size, 0) });
writeFileSync(`${OUT}icon.ico`, ico(windows));
const apple = [];
for (const [type, size] of APPLE) apple.push({ type, png: await draw(size, 12) });
writeFileSync(`${OUT}icon.icns`, icns(apple));
await browser.close();
