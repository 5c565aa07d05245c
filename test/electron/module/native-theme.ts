import { EventEmitter } from 'node:events';
import type { NativeTheme } from 'electron';
import { guarded } from '../refuse.ts';
import { driver } from './driver.ts';

class StandInTheme extends EventEmitter implements Partial<Omit<NativeTheme, keyof EventEmitter>> {
  readonly shouldUseHighContrastColors = false;
  readonly shouldUseInvertedColorScheme = false;
  readonly inForcedColorsMode = false;
  readonly prefersReducedTransparency = false;
  #source: NativeTheme['themeSource'] = 'system';
  #systemDark = false;

  get themeSource(): NativeTheme['themeSource'] {
    return this.#source;
  }
  set themeSource(source: NativeTheme['themeSource']) {
    if (source !== 'system' && source !== 'light' && source !== 'dark')
      throw new TypeError(`Error processing argument at index 0, conversion failure from ${String(source)}`);
    this.#change(() => {
      this.#source = source;
    });
  }
  get shouldUseDarkColors(): boolean {
    return this.#source === 'system' ? this.#systemDark : this.#source === 'dark';
  }

  /** The system's own setting changes. */
  setSystemDark(dark: boolean): void {
    this.#change(() => {
      this.#systemDark = dark;
    });
  }

  #change(apply: () => void): void {
    const before = this.shouldUseDarkColors;
    apply();
    if (this.shouldUseDarkColors === before) return;
    driver.tell('dark', this.shouldUseDarkColors);
    setImmediate(() => this.emit('updated'));
  }
}

export const theme = new StandInTheme();
export const nativeTheme = guarded(theme, 'nativeTheme');
