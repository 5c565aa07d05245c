import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

export const TAXII_21 = 'application/taxii+json;version=2.1';
export const TAXII_20 = 'application/vnd.oasis.taxii+json; version=2.0';
export const STIX_20 = 'application/vnd.oasis.stix+json; version=2.0';

/** What goes back: a JSON text, its media type and headers. */
export interface Answer {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

/** An error the server tells in TAXII's own words. TAXII 2.1 section 3.6.1, 2.0 section 3.6.1. */
export class TaxiiError extends Error {
  readonly status: number;
  readonly title: string;
  readonly headers: Record<string, string>;
  constructor(status: number, title: string, description: string, headers: Record<string, string> = {}) {
    super(description);
    this.status = status;
    this.title = title;
    this.headers = headers;
  }
}

export function errorAnswer(error: TaxiiError, type: string): Answer {
  const body = JSON.stringify({
    title: error.title,
    description: error.message,
    error_id: `demo-${error.status}`,
    http_status: String(error.status),
  });
  return { status: error.status, type, body, headers: error.headers };
}

interface MediaRange {
  type: string;
  version: string | null;
}

function mediaRanges(header: string): MediaRange[] {
  return header.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const version = parameters
      .map((parameter) => /^version\s*=\s*"?([^"]*)"?$/i.exec(parameter)?.[1])
      .find((value) => value !== undefined);
    return { type: type.toLowerCase(), version: version ?? null };
  });
}

/** Throws 406 unless the Accept header takes `type`. No header and wildcards take anything; no version means the server's. */
export function requireAccept(request: IncomingMessage, type: string): void {
  const [served] = mediaRanges(type);
  if (served === undefined) return;
  const group = `${served.type.split('/')[0]}/*`;
  const taken = mediaRanges(request.headers.accept ?? '*/*').some(
    (range) =>
      range.type === '*/*' ||
      range.type === group ||
      (range.type === served.type && (range.version === null || range.version === served.version)),
  );
  if (!taken) throw new TaxiiError(406, 'Not acceptable', `This resource is served as ${type}.`);
}

/** Basic authentication with any bytes in name and password. RFC 7617. */
export function authorised(request: IncomingMessage, username: string, password: string): boolean {
  const match = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '');
  if (match?.[1] === undefined) return false;
  return Buffer.from(match[1], 'base64').toString('utf8') === `${username}:${password}`;
}

const GZIP_FROM = 1400;

export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const plain = Buffer.from(answer.body, 'utf8');
  const zip = plain.length >= GZIP_FROM && /\bgzip\b/i.test(String(request.headers['accept-encoding'] ?? ''));
  const body = zip ? gzipSync(plain, { level: 1 }) : plain;
  response.writeHead(answer.status, {
    'Content-Type': answer.type,
    'Content-Length': body.length,
    Vary: 'Accept, Accept-Encoding',
    ...(zip ? { 'Content-Encoding': 'gzip' } : {}),
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
