/** Draws the tray's icons into build/tray: one a state, in colour, and as black templates for macOS. Run it after changing them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { TRAY_STATES, type TrayState } from '../main/presence/tray-state.ts';
import { CHROMIUM_ARGS, chromiumPath } from '../test/run/chromium.ts';

const OUT = fileURLToPath(new URL('./tray/', import.meta.url));
/** Pixels at scale 1. macOS' menu bar is lower than the trays of the others. */
const COLOUR = 24;
const TEMPLATE = 18;

/** What sits in the lower right corner, by shape and not by colour alone. The corner is 12 of 32 units. */
const MARKS: Readonly<Record<TrayState, { fill: string; shape: string } | null>> = {
  idle: null,
  syncing: {
    fill: '#2f6fed',
    shape:
      '<path d="M-3.4-1.2a3.7 3.7 0 0 1 6.6-.8M3.4 1.2a3.7 3.7 0 0 1-6.6.8" fill="none" stroke="INK" stroke-width="1.7"/><path d="M4.6-4v3.4H1.2zM-4.6 4V.6h3.4z" fill="INK"/>',
  },
  attention: { fill: '#c77700', shape: '<circle r="3" fill="INK"/>' },
  error: {
    fill: '#d1242f',
    shape:
      '<path d="M0-4.4v4.8" stroke="INK" stroke-width="2.4" stroke-linecap="round"/><circle cy="3.8" r="1.4" fill="INK"/>',
  },
  paused: {
    fill: '#5c6370',
    shape: '<path d="M-2-3v6M2-3v6" stroke="INK" stroke-width="2.2" stroke-linecap="round"/>',
  },
};

const GATE =
  '<path d="M7 7v18M25 7v18M7 16h5m8 0h5" stroke="INK" stroke-width="3" stroke-linecap="round" fill="none"/><path d="M16 8v10m0 0-3.4-3.4M16 18l3.4-3.4" stroke="INK" stroke-width="2.8" stroke-linecap="round" stroke-linejoin="round" fill="none"/>';

function drawing(state: TrayState, template: boolean): string {
  const mark = MARKS[state];
  const corner =
    mark === null
      ? ''
      : template
        ? `<circle cx="24" cy="24" r="9.5" fill="#000" mask="url(#hole)"/>`
        : `<circle cx="24" cy="24" r="8" fill="${mark.fill}" stroke="#fff" stroke-width="1.4"/><g transform="translate(24 24)">${mark.shape.replaceAll('INK', '#fff')}</g>`;
  const hole = `<mask id="hole"><circle cx="24" cy="24" r="7.6" fill="#fff"/><g transform="translate(24 24)">${(mark?.shape ?? '').replaceAll('INK', '#000')}</g></mask><mask id="rest"><rect width="32" height="32" fill="#fff"/><circle cx="24" cy="24" r="9.2" fill="${mark === null ? '#fff' : '#000'}"/></mask>`;
  const base = template
    ? `<g mask="url(#rest)">${GATE.replaceAll('INK', '#000')}</g>`
    : `<rect width="32" height="32" rx="7" fill="#3d4bb8"/>${GATE.replaceAll('INK', '#fff')}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="100%" height="100%"><defs>${hole}</defs>${base}${corner}</svg>`;
}

const executablePath = chromiumPath();
if (executablePath === null) throw new Error('Drawing needs a Chromium on this machine.');
mkdirSync(OUT, { recursive: true });
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
for (const state of TRAY_STATES) {
  for (const [template, size] of [
    [false, COLOUR],
    [true, TEMPLATE],
  ] as const) {
    for (const scale of [1, 2]) {
      const page = await browser.newPage({
        viewport: { width: size, height: size },
        deviceScaleFactor: scale,
      });
      await page.setContent(
        `<body style="margin:0;background:transparent">${drawing(state, template)}</body>`,
      );
      const png = await page.screenshot({ omitBackground: true });
      writeFileSync(`${OUT}${state}${template ? 'Template' : ''}${scale === 1 ? '' : '@2x'}.png`, png);
      await page.close();
    }
  }
}
// What Windows lays over the window's button while something waits: it has no numbers there.
for (const scale of [1, 2]) {
  const page = await browser.newPage({ viewport: { width: 16, height: 16 }, deviceScaleFactor: scale });
  const dot =
    '<circle cx="8" cy="8" r="7" fill="#c77700" stroke="#fff"/><circle cx="8" cy="8" r="2.6" fill="#fff"/>';
  await page.setContent(
    `<body style="margin:0;background:transparent"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16">${dot}</svg></body>`,
  );
  writeFileSync(
    `${OUT}waiting${scale === 1 ? '' : '@2x'}.png`,
    await page.screenshot({ omitBackground: true }),
  );
  await page.close();
}
await browser.close();
