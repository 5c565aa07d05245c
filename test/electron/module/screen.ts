import { EventEmitter } from 'node:events';
import type { Display, Screen } from 'electron';
import { guarded } from '../refuse.ts';

const area = { x: 0, y: 0, width: 1920, height: 1080 };
const display = guarded(
  {
    id: 1,
    bounds: area,
    workArea: area,
    size: area,
    workAreaSize: area,
    scaleFactor: 1,
  } satisfies Partial<Display>,
  'Display',
);

/** One screen of 1920 × 1080. */
export const screen = guarded(
  Object.assign(new EventEmitter(), {
    getPrimaryDisplay: () => display,
    getAllDisplays: () => [display],
    getDisplayMatching: () => display,
    getDisplayNearestPoint: () => display,
    getCursorScreenPoint: () => ({ x: 0, y: 0 }),
  } satisfies Record<string, () => unknown> & { [K in keyof Omit<Screen, keyof EventEmitter>]?: unknown }),
  'screen',
);
