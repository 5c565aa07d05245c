import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type Conf from 'conf';
import { z } from 'zod';
import { appSettings } from '../../../shared/app-settings.ts';
import { SluiceError } from '../../../shared/errors.ts';
import { destinationSettings, sourceSettings } from '../../../shared/settings.ts';

type Raw = Record<string, unknown>;

/** One step a version: what a file of version 1, 2, … becomes in the next. Only ever append. */
const MIGRATIONS: readonly ((file: Raw) => Raw)[] = [
  // 2: settings of the whole program under `app`, which all have defaults.
  (file) => file,
];
const VERSION = MIGRATIONS.length + 1;

/** Everything set in the interface that need not be consistent with records. Never a secret. */
const settingsFile = z.strictObject({
  version: z.literal(VERSION).default(VERSION),
  sources: z.array(sourceSettings).default([]),
  destinations: z.array(destinationSettings).default([]),
  /** Every schedule is stopped. */
  paused: z.boolean().default(false),
  /** Names of sources whose own schedule is stopped. */
  pausedSources: z.array(z.string()).default([]),
  app: appSettings.prefault({}),
});
export type SettingsFile = z.infer<typeof settingsFile>;

/** The settings file of a data directory: written whole through a temporary file, checked when read. */
export interface Settings {
  readonly value: SettingsFile;
  update(change: Partial<Omit<SettingsFile, 'version'>>): void;
}

/**
 * Opens `settings.json` in the data directory. A file of an older version is read as it would be written today; before the first change
 * it is copied to `settings-v<n>.backup.json` beside it.
 * @throws SluiceError `settings.newer` | `settings.invalid`: the file is left as it is.
 */
export function openSettings(dataDir: string): Settings {
  const file = join(dataDir, 'settings.json');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const found = readSettings(file);
  let { value } = found;
  let older = found.version < VERSION ? found.version : null;
  let conf: Conf | null = null;
  return {
    get value() {
      return value;
    },
    update(change) {
      const changed = settingsFile.parse({ ...value, ...change });
      if (older !== null) backup(file, older);
      older = null;
      conf ??= new (loadConf())({
        cwd: dataDir,
        configName: 'settings',
        configFileMode: 0o600,
        clearInvalidConfig: false,
      });
      conf.store = JSON.parse(JSON.stringify(changed)) as Raw;
      value = changed;
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

function backup(file: string, version: number): void {
  const to = file.replace(/\.json$/, `-v${version}.backup.json`);
  copyFileSync(file, to);
  chmodSync(to, 0o600);
}

function readSettings(file: string): { value: SettingsFile; version: number } {
  if (!existsSync(file)) return { value: settingsFile.parse({}), version: VERSION };
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw invalid(file, 'it is not valid JSON', error);
  }
  if (!isObject(raw)) throw invalid(file, 'it is not a JSON object', null);
  const version = typeof raw.version === 'number' ? raw.version : 1;
  if (version > VERSION) {
    throw new SluiceError({
      code: 'settings.newer',
      message: `The settings file was written by a newer version of Sluice: ${file}.`,
      remedy: 'Start that version, or move the file away to begin with empty settings.',
      details: { file, version },
    });
  }
  const migrated = MIGRATIONS.slice(Math.max(0, version - 1)).reduce((old, step) => step(old), raw);
  const parsed = settingsFile.safeParse({ ...migrated, version: VERSION });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, parsed.error);
  }
  return { value: parsed.data, version };
}

const isObject = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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
