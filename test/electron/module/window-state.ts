import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rectangle } from 'electron';
import { getPath } from './paths.ts';

export interface WindowState {
  bounds: Rectangle;
  maximized: boolean;
  fullScreen: boolean;
}

const file = (): string => join(getPath('userData'), 'window-state.json');

function read(): Record<string, WindowState> {
  return existsSync(file()) ? (JSON.parse(readFileSync(file(), 'utf8')) as Record<string, WindowState>) : {};
}

/** What `windowStatePersistence` keeps for a window's name. */
export function savedState(name: string): WindowState | null {
  return read()[name] ?? null;
}

export function saveState(name: string, state: WindowState): void {
  writeFileSync(file(), JSON.stringify({ ...read(), [name]: state }));
}

export function clearState(name: string): void {
  const { [name]: _, ...rest } = read();
  writeFileSync(file(), JSON.stringify(rest));
}
