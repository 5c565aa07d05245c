import type { Bridge } from '../shared/bridge.ts';
import type { CallInput, CallName, CallOutput } from '../shared/contract.ts';
import { type Failure, failure, toFailure } from '../shared/errors.ts';
import { SocketBridge } from './bridge-socket.ts';

declare global {
  interface Window {
    /** Set by a preload; absent on the loopback page. */
    readonly sluice?: Bridge;
  }
}

/** The one way to the engine: what a preload exposes, else the page's own WebSocket. */
export const bridge: Bridge =
  window.sluice ??
  new SocketBridge(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/bridge`);

/** Calls the engine. Rejects with an Error; {@link failureOf} reads it. */
export function call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  return bridge.call(name, input);
}

/** The failure inside anything a call rejected with. A context bridge may strip an Error to its message: JSON there is read. */
export function failureOf(thrown: unknown): Failure {
  if (typeof thrown === 'object' && thrown !== null && 'failure' in thrown) return thrown.failure as Failure;
  if (thrown instanceof Error && thrown.message.includes('{"code"')) {
    try {
      const read = JSON.parse(thrown.message.slice(thrown.message.indexOf('{"code"'))) as Failure;
      return failure(read);
    } catch {
      return toFailure(thrown);
    }
  }
  return toFailure(thrown);
}
