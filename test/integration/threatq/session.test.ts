import { afterEach, describe, expect, it } from 'vitest';
import type { ThreatqServer } from '../../../main/node/demo/threatq-server.ts';
import { failureLine } from '../../../shared/errors.ts';
import { MemorySink } from '../../servers/memory-sink.ts';
import {
  held,
  PASSWORD,
  pullEventsInto,
  pullEventsOnce,
  START,
  startServer,
  threatqSource,
} from '../../servers/threatq-pulling.ts';

let server: ThreatqServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function serve(options: Parameters<typeof startServer>[0] = {}, events = 60): Promise<ThreatqServer> {
  server = await startServer(options);
  for (let i = 0; i < events; i++)
    server.shelf.add({ type_id: (i % 6) + 1, title: `Event ${i}`, sources: [] }, START + i * 1000);
  return server;
}
const logins = (s: ThreatqServer): number => s.requests.filter((r) => r === 'POST /api/token').length;

describe('logging in', () => {
  it.each(['form', 'json'] as const)(
    'by %s where the server takes nothing else, and remembers it',
    async (login) => {
      const s = await serve({ login });
      const sink = new MemorySink();
      expect((await pullEventsInto(sink, threatqSource(s.url))).summary.failure).toBeNull();
      expect(logins(s)).toBe(login === 'form' ? 1 : 2);
      // Another process: only the store remembers.
      await pullEventsInto(sink, threatqSource(s.url));
      expect(logins(s)).toBe(login === 'form' ? 2 : 3);
    },
  );

  it('keeps the token from one pull to the next', async () => {
    const s = await serve();
    const memory = new Map();
    const sink = new MemorySink();
    for (let i = 0; i < 3; i++) await pullEventsInto(sink, threatqSource(s.url, {}, memory));
    expect(logins(s)).toBe(1);
  });

  it('gets a new token before the old one expires', async () => {
    const s = await serve({ tokenSeconds: 2 });
    const memory = new Map();
    const sink = new MemorySink();
    await pullEventsInto(sink, threatqSource(s.url, {}, memory));
    await new Promise((resolve) => setTimeout(resolve, 1_850));
    const { lines } = await pullEventsInto(sink, threatqSource(s.url, {}, memory));
    expect(lines.join('\n')).toContain('The token is about to expire. Getting a new one from the server.');
    expect(logins(s)).toBe(2);
  });

  it('gets a new token when one is refused in the middle of a pull, and loses nothing', async () => {
    const s = await serve();
    let asked = 0;
    s.behaviour.before = (path) => {
      if (path === '/api/events/query' && ++asked % 5 === 0) s.revokeTokens();
      return null;
    };
    const { sink, feed, summary } = await pullEventsOnce(s, { eventFetchLimitInItems: 4 });
    expect(summary.failure).toBeNull();
    expect(feed?.result?.failure).toBeNull();
    expect(held(sink)).toHaveLength(60);
    expect(logins(s)).toBeGreaterThan(2);
  });

  it('does not ask for ever for a token that is never taken', async () => {
    const s = await serve();
    s.behaviour.before = (path) =>
      path === '/api/events/query' ? { status: 401, body: '{"errors":["no"]}' } : null;
    const { feed } = await pullEventsOnce(s);
    expect(feed?.result?.failure).toMatchObject({ type: 'ApiError', id: 400 });
    expect(feed?.result?.failure?.message).toBe(
      'Unexpected status code when fetching ThreatQuotient events: 401, {"errors":["no"]}',
    );
    expect(logins(s)).toBe(2);
  });

  it.each([
    ["ThreatQ.config={clientId:'abcdefgh12345678'};", 'abcdefgh12345678'],
    ['window.CONFIG = {"CLIENT_ID" : "abcdefgh12345678"}', 'abcdefgh12345678'],
    ['var x = JSON.parse("{\\"client_id\\":\\"abcdefgh12345678\\"}");', 'abcdefgh12345678'],
    ["// client_id: 'your-client-id'\n  client-id = `abcdefgh12345678`", 'abcdefgh12345678'],
  ])('reads the client id from %s', async (configJs, clientId) => {
    const s = await serve({ configJs, clientId });
    expect((await pullEventsOnce(s)).summary.failure).toBeNull();
  });

  it('takes a client id that was entered by hand, and then reads none', async () => {
    const s = await serve({ configJs: 'nothing here', clientId: 'by-hand-123' });
    expect((await pullEventsOnce(s, { clientId: 'by-hand-123' })).summary.failure).toBeNull();
    expect(s.requests).not.toContain('GET /assets/js/config.js');
  });

  it('never follows a redirect with the password', async () => {
    const s = await serve();
    const other = await startServer();
    s.behaviour.before = (path) =>
      path === '/api/token'
        ? { status: 307, body: '', headers: { location: `${other.url}/api/token` } }
        : null;
    const { summary } = await pullEventsOnce(s);
    expect(summary.failure).toMatchObject({ type: 'InitVariablesError', id: 100, details: { status: 307 } });
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it('repeats neither password nor token of what a server says', async () => {
    const s = await serve();
    const said: string[] = [];
    for (const path of ['/api/token', '/api/events/query']) {
      s.behaviour.before = (p) =>
        p === path ? { status: 403, body: `you sent ${PASSWORD} ${'x'.repeat(5000)}` } : null;
      const { summary, feed, lines } = await pullEventsOnce(s);
      const failure = summary.failure ?? feed?.result?.failure;
      expect(failure).toBeTruthy();
      if (failure) said.push(failureLine(failure), ...lines);
    }
    expect(said.join('\n')).not.toContain(PASSWORD);
    expect(said[0]).toContain('403, you sent *** xxx');
    expect(Math.max(...said.map((line) => line.length))).toBeLessThan(700);
  });
});

describe('what an event becomes', () => {
  it('names its type, keeps its text, folds its TLP and counts what hangs on it', async () => {
    const s = await serve({}, 0);
    s.shelf.add(
      {
        type_id: 2,
        title: 'Lure on a news page',
        description: '<p>Seen <b>twice</b></p>',
        happened_at: '2026-01-02 03:04:05',
        sources: [
          { name: 'ISAC', tlp_id: 3 },
          { name: 'Partner', tlp_id: 1 },
        ],
        attributes: [{ name: 'Country', value: 'XX' }],
      },
      START,
    );
    s.shelf.add({ type_id: 77, title: 'Odd' }, START);
    const { sink, lines } = await pullEventsOnce(s);
    const [first, odd] = [...(sink.feeds.get('events event')?.records.values() ?? [])];
    expect(first).toMatchObject({
      id: '1',
      type: 'Watering Hole',
      name: 'Lure on a news page',
      tlp: 'red',
      modified: START,
      cells: {
        kind: 'event',
        happened: Date.UTC(2026, 0, 2, 3, 4, 5),
        sources: ['ISAC', 'Partner'],
        attributes: 1,
      },
      problems: [],
    });
    expect(Buffer.from(first?.raw ?? []).toString()).toContain('"description":"<p>Seen <b>twice</b></p>"');
    expect(odd).toMatchObject({ type: 'Event type 77', tlp: 'none' });
    expect(lines.filter((l) => l.includes('event type 77'))).toHaveLength(1);
    // Each type once.
    expect(s.requests.filter((r) => r.startsWith('GET /api/event/types/'))).toHaveLength(2);
  });
});
