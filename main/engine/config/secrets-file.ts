import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SluiceError } from '../../../shared/errors.ts';
import type { SecretCipher, Secrets } from '../ports.ts';
import { mayGoTo } from './secrets.ts';

const VERSION = 1;
const secretsFile = z.strictObject({
  version: z.literal(VERSION),
  secrets: z.record(z.string(), z.base64()),
});
/** What is encrypted: the secret and the servers it belongs to, as one text, so that neither can be changed without the other. */
const sealed = z.strictObject({ secret: z.string(), servers: z.array(z.string()) });

/**
 * Secrets as ciphertext of the operating system's store in `secrets.json` of the data directory. What cannot be decrypted (another user's
 * file, a keyring that was reset) counts as not set and stays in the file until it is set anew.
 * @throws SluiceError `secrets.invalid` | `secrets.newer`: the file is left as it is.
 */
export function storedSecrets(
  dataDir: string,
  cipher: SecretCipher,
  onProblem: (message: string) => void,
): Secrets {
  const file = join(dataDir, 'secrets.json');
  let entries = read(file);
  const unreadable = new Set<string>();
  /** One change after another: each writes the whole file. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const keep = (key: string, encrypted: string | null): void => {
    const now = new Map(entries);
    if (encrypted === null) now.delete(key);
    else now.set(key, encrypted);
    write(dataDir, file, now);
    entries = now;
    unreadable.delete(key);
  };

  const open = async (key: string): Promise<{ secret: string; servers: Set<string> } | null> => {
    const encrypted = entries.get(key);
    if (encrypted === undefined || unreadable.has(key)) return null;
    try {
      const { text, again } = await cipher.decrypt(encrypted);
      const { secret, servers } = sealed.parse(JSON.parse(text));
      if (again) await inTurn(async () => keepAgain(key, encrypted, await cipher.encrypt(text)));
      return { secret, servers: new Set(servers) };
    } catch {
      // The cause may quote what it could not read.
      unreadable.add(key);
      onProblem(
        `The stored secret "${key}" cannot be decrypted on this computer by this user. Set it again.`,
      );
      return null;
    }
  };

  /** Unless it was changed meanwhile. */
  const keepAgain = (key: string, before: string, now: string): void => {
    if (entries.get(key) === before) keep(key, now);
  };

  return {
    persistent: true,
    get: async (key, servers) => {
      const found = await open(key);
      return found !== null && mayGoTo(servers, found.servers) ? found.secret : null;
    },
    set: (key, value, servers) =>
      inTurn(async () => {
        if (value === null) {
          if (entries.has(key)) keep(key, null);
          return;
        }
        keep(key, await cipher.encrypt(JSON.stringify({ secret: value, servers: [...servers].sort() })));
      }),
    has: async (key) => entries.has(key) && !unreadable.has(key),
  };
}

function read(file: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw invalid(file, 'it cannot be read', error);
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw invalid(file, 'it is not valid JSON', error);
  }
  if (typeof raw === 'object' && raw !== null && 'version' in raw && Number(raw.version) > VERSION) {
    throw new SluiceError({
      code: 'secrets.newer',
      message: `The file of encrypted secrets was written by a newer version of Sluice: ${file}.`,
      remedy: 'Start that version, or move the file away and set the passwords and tokens again.',
      details: { file },
    });
  }
  const parsed = secretsFile.safeParse(raw);
  if (!parsed.success) throw invalid(file, 'it is not in the form Sluice writes', parsed.error);
  return new Map(Object.entries(parsed.data.secrets));
}

function invalid(file: string, why: string, cause: unknown): SluiceError {
  return new SluiceError(
    {
      code: 'secrets.invalid',
      message: `The file of encrypted secrets cannot be used, ${why}: ${file}.`,
      remedy: 'Move the file away and set the passwords and tokens again. Nothing else is in it.',
      details: { file },
    },
    { cause },
  );
}

/** Whole or not at all: through a file beside it that is on the disk before it takes the name. */
function write(dir: string, file: string, entries: ReadonlyMap<string, string>): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const next = `${file}.new`;
  const fd = openSync(next, 'w', 0o600);
  try {
    writeSync(fd, `${JSON.stringify({ version: VERSION, secrets: Object.fromEntries(entries) })}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(next, file);
}
