import type { SourceSettings } from '../../../shared/settings.ts';
import type { CollectorConfig } from './collector-config.ts';
import { isMap, type Raw, wrong } from './config-values.ts';
import { readCtciInput } from './read-ctci-input.ts';
import { readTaxiiInput } from './read-taxii-input.ts';
import { readThreatqInput } from './read-threatq-input.ts';

/** Reads one service of an input. `input` and `service` are the two blocks as they came. */
type ReadService = (
  name: string,
  input: Raw,
  service: Raw,
  config: CollectorConfig,
  now: number,
) => SourceSettings;

/** By the service's name in the collectors' documentation. */
const SERVICES: Readonly<Record<string, ReadService>> = {
  objects_and_manifests: readTaxiiInput,
  cewl: readCtciInput,
  events: readThreatqInput,
};
const KNOWN = Object.keys(SERVICES).join(', ');

/** One entry of `inputs`: a source for each service Sluice can pull. */
export function readInput(name: string, input: Raw, config: CollectorConfig, now: number): SourceSettings[] {
  const services = input.services;
  if (!isMap(services) || Object.keys(services).length === 0) {
    throw wrong('config.services', `Input "${name}" defines no services. Known: ${KNOWN}.`);
  }
  return Object.entries(services).map(([service, settings]) => {
    const read = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
    if (read === undefined) {
      throw wrong(
        'config.service',
        `Input "${name}" defines the service "${service}", which Sluice cannot pull. Known: ${KNOWN}.`,
      );
    }
    if (settings !== null && settings !== undefined && !isMap(settings)) {
      throw wrong('config.service', `Input "${name}": services.${service} must be a block of settings.`);
    }
    return read(name, input, isMap(settings) ? settings : {}, config, now);
  });
}
