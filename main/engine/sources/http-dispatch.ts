import type { IncomingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { SluiceError } from '../../../shared/errors.ts';
import { tooLarge } from './http-body.ts';
import { bareUrl } from './http-errors.ts';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As it came over the wire, still encoded. */
  body: Buffer;
}

export interface Dispatch {
  url: string;
  headers: Record<string, string>;
  /** Sent as a POST; without one it is a GET. */
  body?: string;
  maxBytes: number;
  idleMs: number;
  totalMs: number;
  signal: AbortSignal;
  /**
   * Asked when the first bytes of a body arrive: where they go instead of into memory, or null. What is not taken yet makes the server wait,
   * and that does not count as idle. An error of the stream ends the request with it.
   */
  divert?: (status: number, headers: IncomingHttpHeaders, first: Buffer) => Writable | null;
}

/**
 * One GET or POST over a dispatcher, collected into memory unless it is diverted. Undici's low-level handler spares a stream per page.
 * Rejects with the abort reason, SluiceError `http.idle-timeout`, `http.total-timeout`, `http.too-large`, or undici's network error.
 */
export function dispatch(agent: Dispatcher, request: Dispatch): Promise<RawAnswer> {
  const url = new URL(request.url);
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const chunks: Buffer[] = [];
  let length = 0;
  let status = 0;
  let headers: IncomingHttpHeaders = {};
  let controller: Dispatcher.DispatchController | null = null;
  let diverted: Writable | null | undefined;
  let settled = false;

  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    clearTimeout(idle);
    clearTimeout(total);
    request.signal.removeEventListener('abort', onAbort);
    return true;
  };
  const stop = (error: Error): void => {
    if (!settle()) return;
    reject(error);
    diverted?.destroy(error);
    controller?.abort(error);
  };
  const onAbort = (): void => stop(abortReason(request.signal));
  // A timer that fires after the process was busy or asleep runs before the data that waits in the socket: look once more.
  const idle = setTimeout(() => {
    const before = length;
    setTimeout(() => {
      if (length === before && controller?.paused !== true)
        stop(timeout('http.idle-timeout', request.url, request.idleMs, 'sent nothing for'));
      else idle.refresh();
    }, 20);
  }, request.idleMs);
  const total = setTimeout(
    () =>
      stop(timeout('http.total-timeout', request.url, request.totalMs, 'did not finish an answer within')),
    request.totalMs,
  );
  if (request.signal.aborted) {
    onAbort();
    return promise;
  }
  request.signal.addEventListener('abort', onAbort, { once: true });

  agent.dispatch(
    {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.body === undefined ? 'GET' : 'POST',
      headers: request.headers,
      body: request.body ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
    },
    {
      onRequestStart(c) {
        controller = c;
        if (settled) c.abort(new Error('settled'));
      },
      onResponseStart(_c, code, h) {
        // 1xx answers may come before the real one.
        status = code;
        headers = h;
        idle.refresh();
        const announced = Number(h['content-length']);
        if (announced > request.maxBytes) stop(tooLarge(request.maxBytes));
      },
      onResponseData(_c, chunk) {
        length += chunk.length;
        idle.refresh();
        if (length > request.maxBytes) {
          stop(tooLarge(request.maxBytes));
          return;
        }
        if (diverted === undefined) {
          diverted = request.divert?.(status, headers, chunk) ?? null;
          diverted?.on('error', stop);
          diverted?.on('drain', () => controller?.resume());
        }
        if (diverted === null) chunks.push(chunk);
        else if (!diverted.write(chunk)) controller?.pause();
      },
      onResponseEnd() {
        if (!settle()) return;
        diverted?.end();
        const only = chunks[0];
        resolve({
          status,
          headers,
          body: chunks.length === 1 && only ? only : Buffer.concat(chunks, length),
        });
      },
      onResponseError(_c, error) {
        if (!settle()) return;
        reject(error);
        diverted?.destroy(error);
      },
    },
  );
  return promise;
}

export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('Cancelled.', 'AbortError');
}

function timeout(code: string, url: string, ms: number, what: string): SluiceError {
  return new SluiceError({
    code,
    message: `${new URL(url).host} ${what} ${Math.round(ms / 100) / 10} seconds.`,
    retryable: true,
    details: { url: bareUrl(url) },
  });
}
