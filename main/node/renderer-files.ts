import { randomBytes } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pageFile, pageFileType } from '../page-files.ts';
import { contentSecurityPolicy } from '../page-policy.ts';

/** Serves the built renderer from one folder and nothing beside it; the page gets the strict CSP with a fresh nonce each time. */
export function serveRenderer(dir: string): (pathname: string, response: ServerResponse) => void {
  return (pathname, response) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    if (pathname === '/' || pathname === '/index.html') return page(dir, response);
    const file = pageFile(dir, pathname);
    if (file === null || !isFile(file)) {
      response
        .writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' })
        .end('There is nothing here.\n');
      return;
    }
    response.setHeader('Content-Type', pageFileType(file));
    response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
    createReadStream(file).pipe(response);
  };
}

function page(dir: string, response: ServerResponse): void {
  const nonce = randomBytes(18).toString('base64');
  let html: string;
  try {
    html = readFileSync(join(dir, 'index.html'), 'utf8');
  } catch {
    response
      .writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' })
      .end('The interface has not been built. Run "npm run build" once.\n');
    return;
  }
  response
    .writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': contentSecurityPolicy(nonce, "'self'"),
    })
    .end(html.replaceAll('__CSP_NONCE__', nonce));
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
