import type { CollectorConfig } from './collector-config.ts';
import { isMap, text } from './config-values.ts';
import { secretKey } from './secrets.ts';

/** A password in the proxy's URL is taken out and kept with the secrets. */
export function readProxy(name: string, value: unknown, config: CollectorConfig): unknown {
  const where = `Input "${name}"`;
  const said = isMap(value)
    ? text(value.url ?? value.mode, `${where}: proxy`)
    : text(value, `${where}: proxy`);
  if (said === undefined || said === 'system') return { mode: 'system' };
  if (said === 'none') return { mode: 'none' };
  const url = URL.parse(said);
  if (url === null || url.password === '') return { mode: 'manual', url: said };
  const key = secretKey('source', name, 'proxyPassword');
  if (!config.secrets.has(key)) config.secrets.set(key, decodeURIComponent(url.password));
  url.password = '';
  return { mode: 'manual', url: url.href };
}
