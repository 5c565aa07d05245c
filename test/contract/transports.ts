import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IpcMain, WebContents } from 'electron';
import { WebSocket } from 'ws';
import { installIpcGate } from '../../main/desktop/ipc-gate.ts';
import { systemClock } from '../../main/engine/clock.ts';
import { sessionSecrets } from '../../main/engine/config/secrets.ts';
import { createEngine } from '../../main/engine/engine.ts';
import { passGate } from '../../main/engine/gate.ts';
import { type Demo, startDemo } from '../../main/node/demo/demo.ts';
import { engineHost } from '../../main/node/engine-host.ts';
import { openLoopbackPage } from '../../main/node/web.ts';
import type { CallName, CallResult, EngineEvent } from '../../shared/contract.ts';

/** One way from a renderer to an engine. */
export interface Transport {
  call(name: string, input: unknown): Promise<CallResult<CallName>>;
  onEvent(listener: (event: EngineEvent) => void): () => void;
  demo: Demo;
  close(): Promise<void>;
}

const OBJECTS = 300;
/** Long enough that the schedule runs nothing while the suite runs: tests start their own pulls. */
const PERIOD_SECONDS = 100_000;

async function smallDemo(): Promise<Demo> {
  return await startDemo({ periodSeconds: PERIOD_SECONDS, objects: OBJECTS });
}

/** In the same process; every value passes through structuredClone, as it would on a wire. */
async function direct(): Promise<Transport> {
  const demo = await smallDemo();
  const engine = createEngine({
    dataDir: demo.dataDir,
    clock: systemClock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: demo.config,
    demo: true,
    version: '0.0.0',
    host: 'direct',
    schedule: false,
  });
  return {
    demo,
    call: async (name, input) =>
      structuredClone(await passGate(engine.answer, name, structuredClone(input), null)),
    onEvent: (listener) => engine.onEvent((event) => listener(structuredClone(event))),
    close: async () => {
      await engine.close();
      await demo.close();
    },
  };
}

/** Engine process, loopback page, a WebSocket with the page's cookie: what a browser has. */
async function webSocket(): Promise<Transport> {
  const demo = await smallDemo();
  const engine = engineHost({
    dataDir: demo.dataDir,
    configFile: null,
    demo: demo.config,
    version: '0.0.0',
    printLog: false,
  });
  await engine.start();
  const rendererDir = mkdtempSync(join(tmpdir(), 'sluice-page-'));
  const page = await openLoopbackPage(engine, { port: 0, rendererDir });
  const first = await fetch(page.url, { redirect: 'manual' });
  const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const origin = `http://127.0.0.1:${page.port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${page.port}/bridge`, { headers: { cookie, origin } });
  const waiting = new Map<number, (result: CallResult<CallName>) => void>();
  const listeners = new Set<(event: EngineEvent) => void>();
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as { id?: number; event?: EngineEvent } & CallResult<CallName>;
    if (frame.event !== undefined) for (const listener of listeners) listener(frame.event);
    if (frame.id === undefined) return;
    const { id, ...result } = frame;
    waiting.get(id)?.(result as CallResult<CallName>);
    waiting.delete(id);
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let next = 1;
  return {
    demo,
    call: (name, input) =>
      new Promise((resolve) => {
        const id = next++;
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ id, name, input }));
      }),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      socket.terminate();
      await page.close();
      await engine.stop();
      await demo.close();
      rmSync(rendererDir, { recursive: true, force: true });
    },
  };
}

/** Engine process behind the Electron gate; `ipcMain` and the window are stand-ins that clone what passes, as Electron does. */
async function ipc(): Promise<Transport> {
  const demo = await smallDemo();
  const engine = engineHost({
    dataDir: demo.dataDir,
    configFile: null,
    demo: demo.config,
    version: '0.0.0',
    printLog: false,
  });
  await engine.start();
  const handlers = new Map<string, Parameters<IpcMain['handle']>[1]>();
  const listeners = new Set<(event: EngineEvent) => void>();
  const frame = { origin: 'app://sluice' };
  const contents = {
    mainFrame: frame,
    send: (channel: string, value: unknown) => {
      if (channel === 'sluice:event')
        for (const listener of listeners) listener(structuredClone(value) as EngineEvent);
    },
  } as unknown as WebContents;
  const stop = installIpcGate(
    {
      handle: (channel, listener) => void handlers.set(channel, listener),
      removeHandler: (channel) => void handlers.delete(channel),
    },
    engine,
    () => [contents],
  );
  const event = { senderFrame: frame, sender: contents } as unknown as Parameters<
    Parameters<IpcMain['handle']>[1]
  >[0];
  return {
    demo,
    call: async (name, input) => {
      const handler = handlers.get('sluice:call');
      if (handler === undefined) throw new Error('no handler');
      return structuredClone((await handler(event, name, structuredClone(input))) as CallResult<CallName>);
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      stop();
      await engine.stop();
      await demo.close();
    },
  };
}

export const TRANSPORTS: readonly { name: string; open: () => Promise<Transport> }[] = [
  { name: 'direct call', open: direct },
  { name: 'WebSocket', open: webSocket },
  { name: 'IPC stand-in', open: ipc },
];
