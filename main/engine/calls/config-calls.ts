import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CallName } from '../../../shared/contract.ts';
import { DESTINATION_SECRETS, SOURCE_SECRETS } from '../../../shared/settings.ts';
import type { ImportPreview } from '../../../shared/views/configuration.ts';
import { type CollectorConfig, readCollectorText } from '../config/collector-config.ts';
import { configured } from '../config/configured.ts';
import { writePrivateFile } from '../config/private-file.ts';
import { secretKey } from '../config/secrets.ts';
import { writeConfig } from '../config/write-config.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './handlers.ts';

type Names = Extract<CallName, `config.${string}`>;

/**
 * The whole configuration out to and in from a collector's file. Secrets are written to a file in the data directory whose name is chosen
 * here: no caller can have them put elsewhere, and no answer holds one.
 */
export function configCalls(workspace: Workspace, changed: () => void): Handlers<Names> {
  const { settings: file, clock, ports } = workspace;

  const read = (text: string): CollectorConfig =>
    readCollectorText(text, join(ports.dataDir, 'config.yaml'), clock.now(), { secretsLater: true });

  function preview(config: CollectorConfig): ImportPreview {
    const sources = new Set(workspace.sources().map((s) => s.settings.name));
    const destinations = new Set(workspace.destinations().map((d) => d.settings.name));
    const held = (owner: 'source' | 'destination', name: string, fields: readonly string[]): string[] =>
      fields.filter((field) => (config.secrets.get(secretKey(owner, name, field)) ?? '') !== '');
    return {
      entries: [
        ...config.sources.map(({ name, kind }) => ({
          what: 'source' as const,
          name,
          kind,
          taken: sources.has(name),
          secrets: held('source', name, SOURCE_SECRETS),
        })),
        ...config.destinations.map(({ name, kind }) => ({
          what: 'destination' as const,
          name,
          kind,
          taken: destinations.has(name),
          secrets: held('destination', name, DESTINATION_SECRETS),
        })),
      ],
      warnings: config.warnings,
    };
  }

  return {
    'config.preview': async ({ format }) => writeConfig(await configured(workspace, false), format),
    'config.export': async ({ format, withSecrets }) => {
      const what = await configured(workspace, withSecrets);
      const { text } = writeConfig(what, format);
      const dir = join(ports.dataDir, 'exports');
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const stamp = new Date(clock.now()).toISOString().replace(/[:.]/g, '-');
      const to = join(dir, `${format === 'yaml' ? 'config' : 'parameters'}-${stamp}.${format}`);
      writePrivateFile(to, text);
      workspace.logBook
        .bind('MainProcess', 'MainThread')
        .info(`The configuration was exported ${withSecrets ? 'with' : 'without'} secrets: ${to}`);
      return { file: to, secrets: what.secrets.size, missing: what.missing };
    },
    'config.importPreview': ({ text }) => preview(read(text)),
    'config.import': async ({ text }) => {
      const config = read(text);
      const told = preview(config);
      const fresh = (what: 'source' | 'destination', name: string): boolean =>
        told.entries.some((entry) => entry.what === what && entry.name === name && !entry.taken);
      const sources = config.sources.filter(({ name }) => fresh('source', name));
      const destinations = config.destinations.filter(({ name }) => fresh('destination', name));
      const keep = async (
        owner: 'source' | 'destination',
        all: readonly (typeof sources | typeof destinations)[number][],
        fields: readonly string[],
      ): Promise<void> => {
        for (const settings of all) {
          for (const field of fields) {
            const key = secretKey(owner, settings.name, field);
            const value = config.secrets.get(key);
            if (value !== undefined) await workspace.secrets.set(key, value, workspace.serversOf(settings));
          }
        }
      };
      // Secrets first: a schedule that sees the source must not begin without them.
      await keep('source', sources, SOURCE_SECRETS);
      await keep('destination', destinations, DESTINATION_SECRETS);
      file.update({
        sources: [...file.value.sources, ...sources],
        destinations: [...file.value.destinations, ...destinations],
      });
      changed();
      return told;
    },
  };
}
