/** Electron entry: the three stages of a start, and the end. */
import { app, dialog } from 'electron';
import { toFailure } from '../shared/errors.ts';
import { afterBoot } from './desktop/after-boot.ts';
import { beforeBoot } from './desktop/before-boot.ts';
import { boot } from './desktop/boot.ts';
import type { EngineSupervisor } from './engine/supervise.ts';

const BUILT = import.meta.dirname;

/** The engine finishes its page and closes the store before the process ends. */
function stopBeforeQuit(engine: EngineSupervisor): void {
  app.once('will-quit', (event) => {
    event.preventDefault();
    void engine.stop().finally(() => app.quit());
  });
}

function main(): void {
  if (beforeBoot() === 'leave') {
    app.quit();
    return;
  }
  let show: (() => void) | null = null;
  app.on('second-instance', () => show?.());
  // Until the third stage decides otherwise, a dialog that closes is not the end.
  const wait = (): void => {};
  app.on('window-all-closed', wait);
  void (async () => {
    await app.whenReady();
    const booted = await boot(BUILT);
    if (booted === null) {
      app.exit(1);
      return;
    }
    stopBeforeQuit(booted.engine);
    ({ show } = await afterBoot(BUILT, booted));
  })().catch((error: unknown) => {
    const { message, remedy } = toFailure(error);
    dialog.showErrorBox('Sluice cannot start', remedy === null ? message : `${message}\n\n${remedy}`);
    app.exit(1);
  });
}

main();
