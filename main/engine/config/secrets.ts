import { DESTINATION_SECRETS, SOURCE_SECRETS } from '../../../shared/settings.ts';
import type { Secrets } from '../ports.ts';

export type SecretOwner = 'source' | 'destination';
const FIELDS: Readonly<Record<SecretOwner, readonly string[]>> = {
  source: SOURCE_SECRETS,
  destination: DESTINATION_SECRETS,
};
const NOBODY: ReadonlySet<string> = new Set();

/** Key of a secret: `source/<name>/<field>` or `destination/<name>/<field>`. */
export function secretKey(owner: SecretOwner, name: string, field: string): string {
  return `${owner}/${name}/${field}`;
}

/** Forgets every secret stored under a name. */
export async function forgetSecrets(secrets: Secrets, owner: SecretOwner, name: string): Promise<void> {
  for (const field of FIELDS[owner]) await secrets.set(secretKey(owner, name, field), null, NOBODY);
}

/** Gives a renamed source or destination the secrets of its old name, which may go to `servers`. */
export async function moveSecrets(
  secrets: Secrets,
  owner: SecretOwner,
  from: string,
  to: string,
  servers: ReadonlySet<string>,
): Promise<void> {
  for (const field of FIELDS[owner]) {
    const value = await secrets.get(secretKey(owner, from, field), servers);
    await secrets.set(secretKey(owner, to, field), value, servers);
    await secrets.set(secretKey(owner, from, field), null, NOBODY);
  }
}

/** Whether each of these servers is among those a secret was stored for. `storedFor` null: it belongs to whatever is configured. */
export function mayGoTo(servers: ReadonlySet<string>, storedFor: ReadonlySet<string> | null): boolean {
  return storedFor === null || [...servers].every((server) => storedFor.has(server));
}

/** Secrets that live until the process ends: the store of last resort where the system has none, and that of config.yaml. SPEC 5. */
export function sessionSecrets(initial: ReadonlyMap<string, string> = new Map()): Secrets {
  const values = new Map<string, { value: string; servers: ReadonlySet<string> | null }>();
  for (const [key, value] of initial) values.set(key, { value, servers: null });
  return {
    persistent: false,
    get: async (key, servers) => {
      const found = values.get(key);
      return found !== undefined && mayGoTo(servers, found.servers) ? found.value : null;
    },
    set: async (key, value, servers) => {
      if (value === null) values.delete(key);
      else values.set(key, { value, servers: new Set(servers) });
    },
    has: async (key) => values.has(key),
  };
}

/** Reads from `first`, then from `second`; writes go to `second`. Configured secrets win over stored ones. */
export function layeredSecrets(first: Secrets, second: Secrets): Secrets {
  return {
    persistent: second.persistent,
    get: async (key, servers) => (await first.get(key, servers)) ?? (await second.get(key, servers)),
    set: (key, value, servers) => second.set(key, value, servers),
    has: async (key) => (await first.has(key)) || (await second.has(key)),
  };
}
