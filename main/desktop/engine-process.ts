/** Entry of the engine's own process under Electron; forked by `engine-host.ts`. */

import { serveEngine, type ToEngine } from '../engine/serve-engine.ts';
import { environmentProxy } from '../engine/sources/environment-proxy.ts';

serveEngine(
  {
    send: (message) => process.parentPort.postMessage(message),
    onMessage: (listener) => process.parentPort.on('message', ({ data }) => listener(data as ToEngine)),
    exit: (code) => setTimeout(() => process.exit(code), 20),
  },
  environmentProxy,
);
