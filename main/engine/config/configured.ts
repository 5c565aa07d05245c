import { DESTINATION_SECRETS, SOURCE_SECRETS } from '../../../shared/settings.ts';
import type { Workspace } from '../workspace.ts';
import { secretKey } from './secrets.ts';
import type { ConfigToWrite } from './write-config.ts';

export interface Configured extends ConfigToWrite {
  /** `name: field` of secrets that are set and cannot be read here. */
  missing: string[];
}

/** Everything that is configured in a workspace: the file's entries and those set in the interface. */
export async function configured(workspace: Workspace, withSecrets: boolean): Promise<Configured> {
  const secrets = new Map<string, string>();
  const missing: string[] = [];
  const collect = async (
    owner: 'source' | 'destination',
    name: string,
    fields: readonly string[],
    servers: Set<string>,
  ): Promise<void> => {
    for (const field of fields) {
      const key = secretKey(owner, name, field);
      const value = await workspace.secrets.get(key, servers);
      if (value !== null) secrets.set(key, value);
      else if (await workspace.secrets.has(key)) missing.push(`${name}: ${field}`);
    }
  };
  const sources = workspace
    .sources()
    .map(({ settings, origin }) => ({ settings, baseDir: workspace.baseDir(origin) }));
  const destinations = workspace
    .destinations()
    .map(({ settings, origin }) => ({ settings, baseDir: workspace.baseDir(origin) }));
  if (withSecrets) {
    for (const { settings } of sources)
      await collect('source', settings.name, SOURCE_SECRETS, workspace.serversOf(settings));
    for (const { settings } of destinations)
      await collect('destination', settings.name, DESTINATION_SECRETS, workspace.serversOf(settings));
  }
  const { config } = workspace.ports;
  return {
    collectorId: config?.collectorId ?? '12345',
    collectorName: config?.collectorName ?? 'sluice',
    sources,
    destinations,
    secrets,
    missing,
  };
}
