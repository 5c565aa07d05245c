import type { Secrets } from '../ports.ts';

/** Key of a secret: `source/<name>/<field>` or `destination/<name>/<field>`. */
export function secretKey(owner: 'source' | 'destination', name: string, field: string): string {
  return `${owner}/${name}/${field}`;
}

/** Secrets that live until the process ends: the store of last resort where the system has none, and that of config.yaml. SPEC 5. */
export function sessionSecrets(initial: ReadonlyMap<string, string> = new Map()): Secrets {
  const values = new Map(initial);
  return {
    persistent: false,
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => {
      if (value === null) values.delete(key);
      else values.set(key, value);
    },
    has: async (key) => values.has(key),
  };
}

/** Reads from `first`, then from `second`; writes go to `second`. Configured secrets win over stored ones. */
export function layeredSecrets(first: Secrets, second: Secrets): Secrets {
  return {
    persistent: second.persistent,
    get: async (key) => (await first.get(key)) ?? (await second.get(key)),
    set: (key, value) => second.set(key, value),
    has: async (key) => (await first.has(key)) || (await second.has(key)),
  };
}
