/** One part of a `multipart/form-data` body. */
export interface FormPart {
  name: string;
  filename: string | null;
  type: string | null;
  body: Buffer;
}

const CRLF = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

/** The parts of a body, strictly as RFC 7578 and RFC 2046 have them. Throws where it is not. */
export function readMultipart(contentType: string, body: Buffer): FormPart[] {
  const boundary = /^multipart\/form-data; *boundary=("?)([^";]{1,70})\1$/i.exec(contentType)?.[2];
  if (boundary === undefined) throw new Error('No multipart/form-data with a boundary.');
  const delimiter = Buffer.from(`--${boundary}`);
  if (!body.subarray(0, delimiter.length).equals(delimiter))
    throw new Error('The body does not begin with the boundary.');
  const next = Buffer.concat([CRLF, delimiter]);
  const parts: FormPart[] = [];
  for (let at = delimiter.length; ; ) {
    if (body.toString('latin1', at, at + 2) === '--') {
      const rest = body.subarray(at + 2);
      if (rest.length > 0 && !rest.equals(CRLF)) throw new Error('Something comes after the last boundary.');
      return parts;
    }
    if (body.toString('latin1', at, at + 2) !== '\r\n')
      throw new Error('A boundary is not followed by a line end.');
    const headEnd = body.indexOf(HEAD_END, at);
    const end = body.indexOf(next, headEnd < 0 ? at : headEnd + 2);
    if (headEnd < 0 || end < 0) throw new Error('A part has no end.');
    parts.push(partOf(body.toString('utf8', at + 2, headEnd), body.subarray(headEnd + 4, end)));
    at = end + next.length;
  }
}

function partOf(head: string, body: Buffer): FormPart {
  const headers = new Map(
    head.split('\r\n').map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, Math.max(0, colon)).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const disposition = headers.get('content-disposition') ?? '';
  const name = /^form-data; name="([^"]*)"/.exec(disposition)?.[1];
  if (name === undefined) throw new Error('A part has no name.');
  return {
    name,
    filename: /; filename="([^"]*)"/.exec(disposition)?.[1] ?? null,
    type: headers.get('content-type') ?? null,
    body,
  };
}
