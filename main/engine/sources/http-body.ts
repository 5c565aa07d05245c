import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { SluiceError } from '../../../shared/errors.ts';

export type Encoding = 'none' | 'gzip' | 'deflate' | 'deflate-raw';

const UNPACK: Record<
  Exclude<Encoding, 'none'>,
  (body: Buffer, limit: { maxOutputLength: number }) => Promise<Buffer>
> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  'deflate-raw': promisify(inflateRaw),
};

/**
 * Undoes Content-Encoding. Trusts the bytes over the header: servers say gzip of plain JSON, and gzip without saying so.
 * @throws SluiceError `http.too-large` beyond `maxBytes`, `http.encoding` for data that does not unpack (retryable: likely cut)
 */
export async function decodeBody(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const kind = encodingOf(body, encoding);
  if (kind === 'none') return body;
  try {
    return await UNPACK[kind](body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw undecodable(error);
  }
}

/** How a body is packed: what its first bytes say counts for more than the header. */
export function encodingOf(body: Buffer, encoding: string | undefined): Encoding {
  if (body[0] === 0x1f && body[1] === 0x8b) return 'gzip';
  const named = (encoding ?? '').trim().toLowerCase();
  if (named !== 'deflate' || body.length === 0 || startsAsText(body)) return 'none';
  const zlibHeader = ((body[0] ?? 0) & 0x0f) === 8 && (((body[0] ?? 0) << 8) | (body[1] ?? 0)) % 31 === 0;
  return zlibHeader ? 'deflate' : 'deflate-raw';
}

export function undecodable(cause: unknown): SluiceError {
  return new SluiceError(
    { code: 'http.encoding', message: 'The compressed answer cannot be unpacked.', retryable: true },
    { cause },
  );
}

function startsAsText(body: Buffer): boolean {
  return body[0] === 0x7b || body[0] === 0x5b || body[0] === 0xef || body[0] === 0x3c || body[0] === 0x20;
}

export function tooLarge(maxBytes: number): SluiceError {
  return new SluiceError({
    code: 'http.too-large',
    message: `The answer is larger than the ${Math.round(maxBytes / 1_000_000)} MB allowed for one page.`,
    remedy: 'Lower the page size, or raise the largest page.',
    details: { maxBytes },
  });
}
