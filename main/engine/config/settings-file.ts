import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type Conf from 'conf';
import { z } from 'zod';
import { SluiceError } from '../../../shared/errors.ts';
import { destinationSettings, sourceSettings } from '../../../shared/settings.ts';

const VERSION = 1;

/** Everything set in the interface that need not be consistent with records. Never a secret. */
const settingsFile = z.strictObject({
  version: z.literal(VERSION).default(VERSION),
  sources: z.array(sourceSettings).default([]),
  destinations: z.array(destinationSettings).default([]),
  /** Every schedule is stopped. */
  paused: z.boolean().default(false),
  /** Names of sources whose own schedule is stopped. */
  pausedSources: z.array(z.string()).default([]),
});
export type SettingsFile = z.infer<typeof settingsFile>;

/** The settings file of a data directory: written whole through a temporary file, checked when read. */
export interface Settings {
  readonly value: SettingsFile;
  update(change: Partial<Omit<SettingsFile, 'version'>>): void;
}

/**
 * Opens `settings.json` in the data directory, making it when absent.
 * @throws SluiceError `settings.newer` | `settings.invalid`: the file is left as it is.
 */
export function openSettings(dataDir: string): Settings {
  const file = join(dataDir, 'settings.json');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  let value = readSettings(file);
  let conf: Conf | null = null;
  return {
    get value() {
      return value;
    },
    update(change) {
      value = settingsFile.parse({ ...value, ...change });
      conf ??= new (loadConf())({
        cwd: dataDir,
        configName: 'settings',
        configFileMode: 0o600,
        clearInvalidConfig: false,
      });
      conf.store = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
    },
  };
}

/**
 * Loaded at the first change: most commands never write settings. A package below it takes over every signal and raises it a second
 * time, which would end a command in the middle of the page that it is told to finish; what it hooked is taken off again.
 */
function loadConf(): typeof Conf {
  const before = new Map(process.eventNames().map((name) => [name, new Set(process.rawListeners(name))]));
  const loaded = createRequire(import.meta.url)('conf') as { default: typeof Conf };
  for (const name of process.eventNames()) {
    if (!String(name).startsWith('SIG')) continue;
    for (const listener of process.rawListeners(name))
      if (!before.get(name)?.has(listener)) process.removeListener(name, listener as () => void);
  }
  return loaded.default;
}

function readSettings(file: string): SettingsFile {
  if (!existsSync(file)) return settingsFile.parse({});
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw invalid(file, 'it is not valid JSON', error);
  }
  const version = typeof raw === 'object' && raw !== null && 'version' in raw ? raw.version : VERSION;
  if (typeof version === 'number' && version > VERSION) {
    throw new SluiceError({
      code: 'settings.newer',
      message: `The settings file was written by a newer version of Sluice: ${file}.`,
      remedy: 'Start that version, or move the file away to begin with empty settings.',
      details: { file, version },
    });
  }
  const parsed = settingsFile.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, parsed.error);
  }
  return parsed.data;
}

function invalid(file: string, why: string, cause: unknown): SluiceError {
  return new SluiceError(
    {
      code: 'settings.invalid',
      message: `The settings file cannot be used, ${why}: ${file}.`,
      remedy:
        'Correct the file, or move it away to begin with empty settings. Records are not in it and stay.',
      details: { file },
    },
    { cause },
  );
}
