import { Wire } from '../wire.ts';

/**
 * This process's end of the wire to the test that started it. Taken away from `process`, so that the app's bundle runs as it would under
 * Electron, where there is no parent over IPC.
 */
function take(): Wire {
  const send = process.send?.bind(process);
  if (send === undefined)
    throw new Error('The stand-in for Electron is started by test/electron/driver/launch.ts.');
  process.send = undefined as never;
  const wire = new Wire({
    send: (frame) => send(frame),
    onFrame: (listener) => process.on('message', listener),
  });
  // Nobody is left to drive the windows.
  process.once('disconnect', () => process.exit(70));
  return wire;
}

export const driver = take();
