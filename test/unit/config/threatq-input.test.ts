import { describe, expect, test } from 'vitest';
import { failureLine } from '../../../shared/errors.ts';
import { THREATQ_TAGS, threatqSettings } from '../../../shared/settings-threatq.ts';
import { checkThreatqSettings } from '../../../shared/threatq-check.ts';
import { NOW, read, refusal } from './config-fixture.ts';
import { THREATQ_INPUT_KEYS } from './threatq-keys.ts';

const threatq = (service: Record<string, unknown>, own: Record<string, unknown> = {}) => ({
  inputs: {
    threatquotient_data_puller: {
      credentials: { username: 'analyst', password: 'pw-1234' },
      ...own,
      services: { events: { api_base_url: 'https://tq.example', ...service } },
    },
  },
});

describe('a ThreatQuotient input', () => {
  test.each(THREATQ_INPUT_KEYS)('%s at the service and at the input itself', (key, value, arrives) => {
    const { warnings, sources } = read(threatq({ [key]: value }));
    expect(warnings).toEqual([]);
    expect(sources[0]).toMatchObject({ kind: 'threatq', ...arrives });
    if (key !== 'api_base_url') expect(read(threatq({}, { [key]: value })).sources[0]).toMatchObject(arrives);
  });

  test('has the documented tags and defaults when nothing else is said; its password is no setting', () => {
    const { sources, secrets } = read(threatq({}));
    expect(sources[0]).toMatchObject({
      devoTagMap: THREATQ_TAGS,
      verifyHostSslCert: true,
      resetPersistenceAuth: '',
    });
    expect([...secrets]).toEqual([['source/threatquotient_data_puller/password', 'pw-1234']]);
    expect(JSON.stringify(sources)).not.toContain('pw-1234');
  });

  test.each<[string, Record<string, unknown>, string | null]>([
    ['a path', { api_base_url: 'https://tq.example/api' }, 'SetupError 3'],
    ['a slash at the end', { api_base_url: 'https://tq.example/' }, 'SetupError 3'],
    ['a user', { api_base_url: 'https://u:p@tq.example' }, 'SetupError 3'],
    ['another scheme', { api_base_url: 'ftp://tq.example' }, 'SetupError 3'],
    ['a port that is none', { api_base_url: 'https://tq.example:99999' }, 'SetupError 3'],
    ['a space', { api_base_url: 'https://tq example' }, 'SetupError 3'],
    ['an address', { api_base_url: 'http://192.168.1.7:8080' }, null],
    ['an IPv6 address', { api_base_url: 'https://[2001:db8::1]:8443' }, null],
    ['a single label', { api_base_url: 'https://threatq' }, null],
    ['a limit that is a fraction', { event_fetch_limit_in_items: 2.5 }, 'SetupError 11'],
    ['a limit as text', { event_fetch_limit_in_items: '100' }, 'SetupError 11'],
    ['the lowest limit', { event_fetch_limit_in_items: 2 }, null],
    ['the highest limit', { event_fetch_limit_in_items: 10_000 }, null],
    ['one above it', { event_fetch_limit_in_items: 10_001 }, 'SetupError 11'],
    ['a day that does not exist', { historical_poll_datetime: '2025-02-30 00:00:00' }, 'SetupError 15'],
    ['a date alone', { historical_poll_datetime: '2025-06-01' }, 'SetupError 15'],
    ['a zone', { historical_poll_datetime: '2025-06-01T00:00:00+02:00' }, 'SetupError 15'],
    // NOW is 2026-01-01.
    ['a year ago to the second', { historical_poll_datetime: '2025-01-01T00:00:00Z' }, null],
    ['a second more', { historical_poll_datetime: '2024-12-31T23:59:59Z' }, 'SetupError 16'],
    ['now', { historical_poll_datetime: '2026-01-01 00:00:00' }, null],
    ['in a second', { historical_poll_datetime: '2026-01-01 00:00:01' }, 'SetupError 17'],
    ['a map that is a list', { devo_tag_map: ['x'] }, 'SetupError 12'],
    [
      'settings that are there and empty',
      { reset_persistence_auth: null, historical_poll_datetime: null, devo_tag_map: null },
      null,
    ],
  ])('%s', (_, service, error) => {
    if (error === null) expect(read(threatq(service)).sources).toHaveLength(1);
    else expect(failureLine(refusal(threatq(service)))).toMatch(new RegExp(`^${error}: `));
  });

  test('the form is told every problem at its field, the file the first', () => {
    const settings = {
      ...threatqSettings.parse({
        kind: 'threatq',
        name: 'x',
        id: '1',
        apiBaseUrl: 'https://x',
        username: 'x',
      }),
      apiBaseUrl: 'x',
      username: '',
      historicalPollDatetime: '2020-01-01 00:00:00',
    };
    expect(
      checkThreatqSettings(settings, null, NOW).map(({ setting, error }) => [setting, error.id]),
    ).toEqual([
      ['api_base_url', 3],
      ['username', 6],
      ['password', 8],
      ['historical_poll_datetime', 16],
    ]);
  });
});
