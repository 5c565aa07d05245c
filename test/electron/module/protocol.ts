import type { CustomScheme, Protocol } from 'electron';
import { guarded } from '../refuse.ts';
import { driver } from './driver.ts';

type Handler = Parameters<Protocol['handle']>[1];

/** A page's request on its way to a handler. */
interface PageRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: Uint8Array | null;
}

const handlers = new Map<string, Handler>();
let registered = false;

/** Requests for an app's own scheme. The driver maps its addresses, because Chromium itself refuses a scheme it was not built with. */
export const protocol = guarded(
  {
    registerSchemesAsPrivileged: (schemes: CustomScheme[]): void => {
      if (ready.value)
        throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
      if (registered)
        throw new Error('The stand-in allows one call, because a second one replaces the first.');
      registered = true;
      driver.tell('schemes', schemes);
    },
    handle: (scheme: string, handler: Handler): void => {
      if (!ready.value) throw new Error('protocol.handle cannot be used before app is ready');
      if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
      handlers.set(scheme, handler);
    },
    unhandle: (scheme: string): void => {
      if (!handlers.delete(scheme)) throw new Error(`Failed to unhandle protocol: ${scheme}`);
    },
    isProtocolHandled: (scheme: string): boolean => handlers.has(scheme),
  } satisfies Partial<Protocol>,
  'protocol',
);

/** Set when the app is ready. */
export const ready = { value: false };

driver.on('request', async ({ url, method, headers, body }: PageRequest) => {
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  if (handler === undefined) return null;
  const response = await handler(
    new Request(url, { method, headers, ...(body === null ? {} : { body: new Uint8Array(body) }) }),
  );
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
});
