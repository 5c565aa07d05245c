import type { FixtureObject } from './stix-fixture.ts';
import { type Exchange, type Reply, STIX20, site, TAXII20, TAXII21 } from './taxii-scripted.ts';

/** Four servers' habits as they were seen on running ones, over a list of objects ascending by date added. */

type Script = (e: Exchange) => Reply | Promise<Reply>;
type First = (e: Exchange) => Reply | null;

const manifest21 = (o: FixtureObject): string =>
  `{"id":"${o.id}","date_added":"${o.added}","version":"${o.version}","media_type":"application/stix+json;version=2.1"}`;

function dates(list: readonly FixtureObject[]): Record<string, string> {
  const first = list[0];
  const last = list.at(-1);
  return first === undefined || last === undefined
    ? {}
    : { 'x-taxii-date-added-first': first.added, 'x-taxii-date-added-last': last.added };
}

function after(objects: readonly FixtureObject[], query: URLSearchParams): FixtureObject[] {
  const from = Date.parse(query.get('added_after') ?? '');
  const types = query.get('match[type]')?.split(',');
  const list = Number.isNaN(from) ? objects : objects.filter((o) => Date.parse(o.added) > from);
  return list.filter((o) => types === undefined || types.includes(o.type));
}

/**
 * TAXII 2.1 with sessions: one `next` value for all pages of a session, which is used up page by page and cannot be asked twice;
 * 500 for `next` without `limit`; 400 when the parameters change or the session has died.
 */
export function medallion21(
  objects: readonly FixtureObject[],
  options: { first?: First; maxPagesPerSession?: number } = {},
): Script {
  const sessions = new Map<string, { left: FixtureObject[]; params: string; pages: number }>();
  const bad = (status: number, title: string): Reply => ({
    status,
    body: { title, http_status: String(status) },
  });
  return site({
    ...(options.first === undefined ? {} : { first: options.first }),
    data: (e, kind) => {
      const limit = e.query.get('limit');
      const next = e.query.get('next');
      const params = new URLSearchParams(e.query);
      params.delete('next');
      if (next !== null && limit === null) return bad(500, 'Internal');
      let key = next;
      if (next === null) {
        key = `session-${sessions.size}`;
        sessions.set(key, { left: after(objects, e.query), params: params.toString(), pages: 0 });
      }
      const session = sessions.get(key ?? '');
      if (session === undefined) return bad(400, "'next' not valid");
      if (session.params !== params.toString()) return bad(400, 'parameters changed');
      if (session.pages++ >= (options.maxPagesPerSession ?? Number.POSITIVE_INFINITY)) {
        sessions.delete(key ?? '');
        return bad(400, "'next' not valid");
      }
      const page = session.left.splice(0, Number(limit ?? 100));
      if (page.length === 0) return { body: {} };
      const more = session.left.length > 0;
      const items = page.map((o) => (kind === 'objects' ? o.text : manifest21(o)));
      return {
        body: `{"more":${more}${more ? `,"next":"${key}"` : ''},"objects":[${items.join(',')}]}`,
        headers: dates(page),
      };
    },
  });
}

/**
 * TAXII 2.0 with ranges: takes `items=a-b` and answers 400 to the specification's `items a-b`; every page is one short; a range of one
 * is empty; 406 to the TAXII media type on objects; compares dates as text.
 */
export function medallion20(objects: readonly FixtureObject[], options: { cap?: number } = {}): Script {
  return site({
    version: '2.0',
    data: (e, kind) => {
      if (kind === 'objects' && !(e.headers.accept ?? '').includes('vnd.oasis.stix')) {
        return { status: 406, type: TAXII20, body: { title: 'Media type' } };
      }
      const from = e.query.get('added_after');
      const list = from === null ? objects : objects.filter((o) => o.added > from);
      const m = /^items=(\d+)-(\d+)$/.exec(e.headers.range ?? 'items=0-100');
      if (m === null) return { status: 400, type: TAXII20, body: { title: 'Bad range' } };
      const start = Number(m[1]);
      const end = Math.min(Number(m[2]), start + (options.cap ?? Number.POSITIVE_INFINITY), list.length);
      if (start >= list.length && list.length > 0) {
        return {
          status: 416,
          type: TAXII20,
          body: '',
          headers: { 'content-range': `items */${list.length}` },
        };
      }
      // End-exclusive slicing of an inclusive range; at the very end it gives what is left.
      const page = list.slice(start, Number(m[2]) >= list.length ? Math.min(list.length, end) : end);
      if (page.length === 0) return { type: kind === 'objects' ? STIX20 : TAXII20, body: {} };
      const items = page.map((o) =>
        kind === 'objects'
          ? o.text
          : `{"id":"${o.id}","date_added":"${o.added}","versions":["${o.version}"]}`,
      );
      return {
        status: 206,
        type: kind === 'objects' ? STIX20 : TAXII20,
        body: `{"type":"bundle","id":"bundle--1","objects":[${items.join(',')}]}`,
        headers: {
          ...dates(page),
          'content-range': `items ${start}-${start + page.length - 1}/${list.length}`,
        },
      };
    },
  });
}

/**
 * MITRE's TAXII 2.0 server (unfetter-discover/taxii-server): takes `items=a-b`, never says a Content-Range, answers 404 to objects and 416 to
 * manifests past the end, a manifest as the bare list, `can_read` as text; takes only its four media types; ignores added_after.
 */
export function attack20(objects: readonly FixtureObject[]): Script {
  const newest = [...objects].reverse();
  return site({
    version: '2.0',
    collections: [{ id: 'c', title: 'ATT&CK', can_read: 'true', can_write: 'false' }],
    data: (e, kind) => {
      const type = kind === 'objects' ? STIX20 : TAXII20;
      if (e.headers.accept !== type) return { status: 406, type, body: { title: '406 Not Acceptable' } };
      const { range } = e.headers;
      const m = /^items=(\d+)-(\d+)$/.exec(range ?? '');
      if (range !== undefined && m === null) return { status: 416, type, body: { http_status: 416 } };
      const page = m === null ? newest : newest.slice(Number(m[1]), Number(m[2]) + 1);
      if (page.length === 0) return { status: kind === 'objects' ? 404 : 416, type, body: {} };
      const status = m === null ? 200 : 206;
      if (kind === 'objects') {
        const list = page.map((o) => o.text).join(',');
        return { status, type, body: `{"type":"bundle","id":"bundle--1","objects":[${list}]}` };
      }
      const rows = page.map((o) => ({
        id: o.id,
        date_added: o.added,
        versions: [o.version],
        media_types: STIX20,
      }));
      return { status, type, body: rows };
    },
  });
}

/**
 * TAXII 2.1: relative roots, 404 without the closing slash, 400 for a date without fraction, manifests with `more: true` and never a `next`,
 * errors as `{code, name, description}`.
 */
export function opentaxii(objects: readonly FixtureObject[]): Script {
  const error = (code: number, name: string): Reply => ({
    status: code,
    type: 'application/json',
    body: { code, name, description: 'none' },
  });
  return site({
    first: (e) => {
      if (!e.path.endsWith('/')) return error(404, 'Not Found');
      const from = e.query.get('added_after');
      if (from !== null && !/\.\d{1,6}Z$/.test(from)) return error(400, 'Bad Request');
      return null;
    },
    data: (e, kind) => {
      const limit = Number(e.query.get('limit') ?? 10);
      const list = after(objects, e.query);
      const start = Number(e.query.get('next') ?? 0);
      const page = list.slice(start, start + limit);
      const more = start + limit < list.length;
      const items = page.map((o) => (kind === 'objects' ? o.text : manifest21(o)));
      const next = more && kind === 'objects' ? `,"next":${start + limit}` : '';
      return {
        type: TAXII21,
        body: page.length === 0 ? {} : `{"more":${more}${next},"objects":[${items.join(',')}]}`,
        headers: dates(page),
      };
    },
  });
}
