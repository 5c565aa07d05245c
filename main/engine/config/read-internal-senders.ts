import { internalSenders } from '../../../shared/settings-internal.ts';
import { type CollectorConfig, ignored } from './collector-config.ts';
import { checked, isMap, present, type Raw, wrong } from './config-values.ts';

/** Key of the block `internal_senders` → settings member. */
export const INTERNAL_SENDERS: Readonly<Record<string, string>> = {
  enabled: 'enabled',
  level: 'level',
  metrics: 'metrics',
  log_tag: 'logTag',
  metrics_tag: 'metricsTag',
};
const SPELLING = Object.fromEntries(Object.entries(INTERNAL_SENDERS).map(([key, member]) => [member, key]));

/** The block of an output with `internal_senders` as the settings have it: a block, or `true` and `false` for its defaults. */
export function withInternalSenders(own: Raw, where: string, config: CollectorConfig): Raw {
  const { internal_senders: written, ...others } = own;
  if (written === undefined || written === null) return others;
  const place = `${where}: internal_senders`;
  if (typeof written !== 'boolean' && !isMap(written))
    throw wrong('config.internal-senders', `${place} is true, false or a block of settings.`);
  const block: Raw = typeof written === 'boolean' ? { enabled: written } : written;
  const values: Raw = {};
  for (const [key, value] of Object.entries(block)) {
    const member = INTERNAL_SENDERS[key];
    if (member === undefined) config.warnings.push(ignored(`setting of ${place.toLowerCase()}`, key, value));
    else values[member] = member === 'level' && typeof value === 'string' ? value.toUpperCase() : value;
  }
  return { ...others, internal_senders: checked(internalSenders, present(values), place, SPELLING) };
}
