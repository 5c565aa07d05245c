import type { Bridge, HostBridge } from '../shared/bridge.ts';
import type { CallInput, CallName, CallOutput } from '../shared/contract.ts';
import { type Failure, SluiceError, toFailure } from '../shared/errors.ts';
import { SocketBridge } from './bridge-socket.ts';

declare global {
  interface Window {
    /** Set by a preload; absent on the loopback page. */
    readonly sluice?: HostBridge;
  }
}

/** The preload answers with values, because errors lose their members on the way: a Failure becomes an Error again here. */
function unwrapped(host: HostBridge): Bridge {
  return {
    capabilities: host.capabilities,
    call: async (name, input) => {
      const result = await host.call(name, input);
      if (result.ok) return result.value;
      throw new SluiceError(result.failure);
    },
    onEvent: (listener) => host.onEvent(listener),
    onConnection: (listener) => host.onConnection(listener),
    onRequest: (listener) => host.onRequest(listener),
    openLogFolder: () => host.openLogFolder(),
    chooseFile: (options) => host.chooseFile(options),
  };
}

/** The one way to the engine: what a preload exposes, else the page's own WebSocket. */
export const bridge: Bridge =
  window.sluice === undefined
    ? new SocketBridge(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/bridge`)
    : unwrapped(window.sluice);

/** Calls the engine. Rejects with an Error; {@link failureOf} reads it. */
export function call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  return bridge.call(name, input);
}

/** The failure inside anything a call rejected with. */
export function failureOf(thrown: unknown): Failure {
  return typeof thrown === 'object' && thrown !== null && 'failure' in thrown
    ? (thrown.failure as Failure)
    : toFailure(thrown);
}
