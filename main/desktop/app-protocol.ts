import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { CustomScheme, Protocol } from 'electron';
import { pageFile, pageFileType } from '../page-files.ts';
import { contentSecurityPolicy } from '../page-policy.ts';
import { PAGE_SCHEME } from './channels.ts';

/** Registered once, before `ready`: standard so that it has an origin, secure, never bypassing CSP. */
export const PAGE_SCHEME_PRIVILEGES: CustomScheme = {
  scheme: PAGE_SCHEME,
  privileges: { standard: true, secure: true, codeCache: true },
};

/** Serves the built renderer, and nothing outside its folder, at app://sluice/. Electron security list, 18. */
export function servePage(protocol: Pick<Protocol, 'handle'>, rendererDir: string): void {
  protocol.handle(PAGE_SCHEME, async (request) => {
    const url = new URL(request.url);
    if (url.host !== 'sluice' || request.method !== 'GET') return new Response(null, { status: 404 });
    const file = pageFile(rendererDir, url.pathname === '/' ? '/index.html' : url.pathname);
    if (file === null) return new Response(null, { status: 404 });
    const nonce = randomBytes(18).toString('base64');
    const headers: Record<string, string> = {
      'Content-Type': pageFileType(file),
      // On every file: an image that is opened by itself is a document too.
      'Content-Security-Policy': contentSecurityPolicy(nonce, "'self'"),
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    };
    try {
      const body = await readFile(file);
      if (extname(file) !== '.html') return new Response(new Uint8Array(body), { headers });
      return new Response(body.toString('utf8').replaceAll('__CSP_NONCE__', nonce), { headers });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}
