import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appMenu, type MenuEntry } from '../../../main/presence/app-menu.ts';
import { autostartEntry, autostartFile, setAutostart } from '../../../main/presence/autostart.ts';
import { closing } from '../../../main/presence/closing.ts';
import { proxyOfAnswer } from '../../../main/presence/proxy-answer.ts';
import { secretStore } from '../../../main/presence/secret-store.ts';
import { startFailure } from '../../../main/presence/start-failure.ts';
import { hasTray } from '../../../main/presence/tray-host.ts';
import { COMMANDS, type Command } from '../../../shared/commands.ts';
import { SluiceError } from '../../../shared/errors.ts';

function flat(entries: readonly MenuEntry[]): MenuEntry[] {
  return entries.flatMap((e) => ('items' in e ? [e, ...flat(e.items)] : [e]));
}

describe('the native menu', () => {
  test.each(['linux', 'win32', 'darwin'] as const)(
    'on %s has every command of the registry once',
    (platform) => {
      const listed = flat(appMenu(platform)).flatMap((e) => ('command' in e ? [e.command] : []));
      const wanted = COMMANDS.filter((c: Command) => c.owner !== 'grid').map((c) => c.id);
      expect([...listed].sort()).toEqual([...wanted].sort());
    },
  );
  test.each(['linux', 'win32', 'darwin'] as const)('on %s has the standard roles', (platform) => {
    const roles = flat(appMenu(platform)).flatMap((e) => ('role' in e ? [e.role] : []));
    expect(roles).toEqual(
      expect.arrayContaining([
        'about',
        'quit',
        'undo',
        'cut',
        'copy',
        'paste',
        'selectAll',
        'togglefullscreen',
        'minimize',
      ]),
    );
    // The page is the program: reloading it or opening tools is nobody's work.
    expect(roles).not.toEqual(expect.arrayContaining(['reload']));
  });
  test('shows chords with a modifier, as the system writes them, and no single keys', () => {
    const by = new Map(
      flat(appMenu('linux')).flatMap((e) => ('command' in e ? [[e.command, e.accelerator] as const] : [])),
    );
    expect(by.get('window.palette')).toBe('CmdOrCtrl+K');
    expect(by.get('sources.pull')).toBe('F5');
    expect(by.get('review.approve')).toBeNull();
    expect(by.get('review.undo')).toBe('CmdOrCtrl+Z');
  });
});

describe('closing the window', () => {
  const usual = { tray: true, closeToTray: true, explained: true, quitting: false };
  test.each([
    ['hide', {}],
    ['explain', { explained: false }],
    ['end', { tray: false, explained: false }],
    ['end', { closeToTray: false }],
    ['end', { quitting: true, explained: false }],
  ] as const)('%s %j', (what, change) => {
    expect(closing({ ...usual, ...change })).toBe(what);
  });
});

describe('a start that fails', () => {
  const of = (code: string) => startFailure(new SluiceError({ code, message: 'm', cause: 'c', remedy: 'r' }));
  test.each([
    ['store.locked', ['again', 'end']],
    ['store.newer', ['folder', 'end']],
    ['store.corrupt', ['folder', 'again', 'end']],
    ['settings.newer', ['folder', 'end']],
    ['anything', ['again', 'end']],
  ])('%s offers %j', (code, does) => {
    const said = of(code);
    expect(said.choices.map((c) => c.does)).toEqual(does);
    expect(said).toMatchObject({ message: 'm', detail: 'c\n\nr' });
  });
  test('without a word of its own says something all the same', () => {
    expect(startFailure(new Error('x')).detail).not.toBe('');
  });
});

describe('the proxy that Chromium names', () => {
  test.each([
    ['DIRECT', null],
    ['PROXY proxy.example:8080', 'http://proxy.example:8080'],
    ['PROXY a:1; PROXY b:2; DIRECT', 'http://a:1'],
    ['HTTPS secure.example:443', 'https://secure.example:443'],
    ['SOCKS5 s:1; PROXY b:2', 'http://b:2'],
    ['SOCKS5 s:1; DIRECT', 'socks5://s:1'],
    ['DIRECT; PROXY b:2', null],
    ['', null],
    ['nonsense', null],
  ])('%j is %j', (answer, url) => {
    expect(proxyOfAnswer(answer)).toBe(url);
  });
});

describe('the secret store', () => {
  test.each([
    ['a keyring', true, 'gnome_libsecret', 'host'],
    ['Windows or macOS', true, null, 'host'],
    ['a key that anyone knows', true, 'basic_text', 'session'],
    ['a keyring that is locked', false, 'kwallet6', 'session'],
    ['nothing yet', true, 'unknown', 'session'],
  ])('%s', (_, available, backend, secrets) => {
    const store = secretStore(available, backend);
    expect(store.secrets).toBe(secrets);
    expect(store.secretsNote === null).toBe(secrets === 'host');
  });
});

describe('whether there is a tray', () => {
  test('is asked of the session on Linux only', async () => {
    const asked: string[] = [];
    const ask = (answers: Record<string, string | null>) => async (program: string) => {
      asked.push(program);
      return answers[program] ?? null;
    };
    expect(await hasTray('win32', ask({}))).toBe(true);
    expect(await hasTray('darwin', ask({}))).toBe(true);
    expect(asked).toEqual([]);
    expect(await hasTray('linux', ask({ gdbus: '(true,)\n' }))).toBe(true);
    expect(await hasTray('linux', ask({ gdbus: '(false,)\n', 'dbus-send': 'boolean true' }))).toBe(false);
    expect(await hasTray('linux', ask({ 'dbus-send': '   boolean true\n' }))).toBe(true);
    expect(await hasTray('linux', ask({}))).toBe(false);
  });
});

describe('starting at login on Linux', () => {
  test('writes and removes an entry that starts hidden', () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-autostart-'));
    const environment = { XDG_CONFIG_HOME: dir };
    const file = autostartFile(environment);
    try {
      setAutostart(true, ['/opt/Sluice/sluice'], environment);
      expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/Sluice/sluice" --hidden\n');
      expect(statSync(file).mode & 0o777).toBe(0o644);
      setAutostart(true, ['/opt/Sluice/sluice'], environment);
      setAutostart(false, ['/opt/Sluice/sluice'], environment);
      expect(existsSync(file)).toBe(false);
      setAutostart(false, ['/opt/Sluice/sluice'], environment);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
  test('names the AppImage and quotes what a desktop entry would read as something else', () => {
    expect(autostartEntry(['/tmp/.mount/sluice'], { APPIMAGE: '/home/a b/Sluice.AppImage' })).toContain(
      'Exec="/home/a b/Sluice.AppImage" --hidden',
    );
    expect(autostartEntry(['/home/a$(b)"%u/s', '/an app'], {})).toContain(
      'Exec="/home/a\\\\$(b)\\\\"%%u/s" "/an app" --hidden',
    );
  });
});
