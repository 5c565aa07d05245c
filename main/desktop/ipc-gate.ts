import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import type { CallName, CallResult } from '../../shared/contract.ts';
import { MAX_CALL_BYTES } from '../../shared/contract.ts';
import { failure } from '../../shared/errors.ts';
import { jsonSize } from '../engine/gate.ts';
import type { EngineSupervisor } from '../engine/supervise.ts';
import { CHANNEL, PAGE_ORIGIN } from './channels.ts';

type Engine = Pick<EngineSupervisor, 'call' | 'onEvent' | 'onState'>;

/**
 * The gate between windows and engine: only our page's main frame may ask, what it asks is bounded in size, and the engine's side checks
 * it against the contract. Electron security list, 17.
 */
export function installIpcGate(
  ipc: Pick<IpcMain, 'handle' | 'removeHandler'>,
  engine: Engine,
  windows: () => readonly WebContents[],
): () => void {
  ipc.handle(
    CHANNEL.call,
    async (event: IpcMainInvokeEvent, name: unknown, input: unknown): Promise<CallResult<CallName>> => {
      if (!fromOurPage(event)) return refuse('call.sender', 'This page may not call the engine.');
      if (typeof name !== 'string') return refuse('call.unknown', 'A call needs a name.');
      const size = jsonSize(input);
      if (size === null) return refuse('call.invalid', 'An input is JSON.');
      if (size > MAX_CALL_BYTES) {
        return refuse(
          'call.too-large',
          `The input of ${name.slice(0, 80)} is larger than ${MAX_CALL_BYTES} bytes.`,
        );
      }
      return await engine.call(name, input);
    },
  );
  const stopEvents = engine.onEvent((event) => {
    for (const contents of windows()) contents.send(CHANNEL.event, event);
  });
  const stopStates = engine.onState((state) => {
    for (const contents of windows()) contents.send(CHANNEL.engine, state);
  });
  return () => {
    ipc.removeHandler(CHANNEL.call);
    stopEvents();
    stopStates();
  };
}

/** The main frame of a window that shows our page. `senderFrame` is null when the frame is gone. */
export function fromOurPage(event: Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame === event.sender.mainFrame && frame.origin === PAGE_ORIGIN;
}

function refuse(code: string, message: string): CallResult<CallName> {
  return { ok: false, failure: failure({ code, message }) };
}
