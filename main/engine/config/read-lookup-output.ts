import type { LookupColumn } from '../../../shared/settings-lookup.ts';
import { isMap, type Raw, text, wrong } from './config-values.ts';

/** config.yaml key → settings member, for both ways into a lookup. */
export const LOOKUP: Readonly<Record<string, string>> = {
  lookup: 'lookup',
  columns: 'columns',
  update: 'update',
};
export const LOOKUP_API: Readonly<Record<string, string>> = {
  base_url: 'baseUrl',
  domain: 'domain',
  proxy: 'proxy',
  ca_file: 'caFile',
  job_timeout_in_seconds: 'jobTimeoutSeconds',
  job_poll_in_seconds: 'jobPollSeconds',
};
export const LOOKUP_MESSAGES: Readonly<Record<string, string>> = {
  address: 'address',
  port: 'port',
  pause_in_seconds: 'pauseSeconds',
  cells: 'cells',
};

/** `api` (the default) or `legacy`. */
export function lookupMode(own: Raw, where: string): 'api' | 'legacy' {
  const mode = (text(own.mode, `${where}: mode`) ?? 'api').toLowerCase();
  if (mode === 'api' || mode === 'legacy') return mode;
  throw wrong('config.lookup-mode', `${where}: mode is api or legacy, not "${mode}".`);
}

/** The block with columns and proxy as the settings have them. A column is its name, or a block of `name`, `type` and `field`. */
export function lookupValues(own: Raw, where: string): Raw {
  return {
    ...withProxy(own, where),
    ...(own.columns === undefined || own.columns === null
      ? {}
      : { columns: readColumns(own.columns, where) }),
  };
}

/** The block with its proxy as the settings have it. */
export function withProxy(own: Raw, where: string): Raw {
  if (own.proxy === undefined || own.proxy === null) return own;
  return { ...own, proxy: proxyOf(text(own.proxy, `${where}: proxy`) ?? 'system') };
}

function readColumns(value: unknown, where: string): Partial<LookupColumn>[] {
  if (!Array.isArray(value)) throw wrong('config.lookup-columns', `${where}: columns must be a list.`);
  return value.map((entry: unknown) => {
    if (typeof entry === 'string') return { name: entry };
    if (!isMap(entry))
      throw wrong(
        'config.lookup-columns',
        `${where}: a column is a name, or a block with name, type and field.`,
      );
    const type = text(entry.type, `${where}: columns: type`);
    return { ...entry, ...(type === undefined ? {} : { type: type.toUpperCase() }) } as Partial<LookupColumn>;
  });
}

function proxyOf(said: string): Raw {
  return said === 'system' || said === 'none' ? { mode: said } : { mode: 'manual', url: said };
}
