/** The engine over the IPC channel of the process that forked it. */
import { serveEngine, type ToEngine } from '../engine/serve-engine.ts';
import { environmentProxy } from '../engine/sources/environment-proxy.ts';

const { stop } = serveEngine(
  {
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as ToEngine)),
    exit: (code) => {
      // Lets the last message leave before the channel closes.
      process.exitCode = code;
      setTimeout(() => process.exit(code), 20);
    },
  },
  environmentProxy,
);

// The host is gone: finish the current page and end, rather than work on unseen.
process.on('disconnect', stop);
process.on('SIGTERM', stop);
process.on('SIGINT', () => {
  // Ctrl+C reaches the whole process group; the host says when to stop.
});
