import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { LookupColumn } from '../../../../shared/settings-lookup.ts';

/** What an upload is to do: replace the lookup, add and change rows, or delete rows. Reference 2.6. */
export type Deployment = 'replace' | 'append' | 'delete';

/** The part `deploy-config`. */
export function deployConfig(columns: readonly LookupColumn[], deployment: Deployment): string {
  return JSON.stringify({
    columns: columns.map(({ name, type }) => ({ name, type })),
    hasHeader: true,
    key: { type: 'column', column: columns[0]?.name ?? '' },
    ...(deployment === 'replace' ? {} : { append: true }),
    ...(deployment === 'delete' ? { contribution: { type: 'del' } } : {}),
  });
}

/** A `multipart/form-data` body (RFC 7578) of the two parts that deploy-csv takes, made piece by piece while it is sent. */
export function deployBody(
  config: string,
  csv: { name: string; pieces: () => Iterable<Buffer>; bytes: number },
): { headers: Record<string, string>; stream: () => Readable } {
  // Long and random: nothing in the rows can end the part.
  const boundary = `sluice-${randomBytes(24).toString('hex')}`;
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="deploy-config"\r\nContent-Type: application/json\r\n\r\n` +
      `${config}\r\n--${boundary}\r\n` +
      `Content-Disposition: form-data; name="csv"; filename="${csv.name}"\r\nContent-Type: text/csv\r\n\r\n`,
    'utf8',
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1');
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + csv.bytes + tail.length),
    },
    stream: () =>
      Readable.from(
        (function* () {
          yield head;
          yield* csv.pieces();
          yield tail;
        })(),
        { objectMode: false },
      ),
  };
}
