import type { SOURCE_SECRETS, SourceSettings } from '../../../shared/settings.ts';
import type { ResolveProxy } from '../ports.ts';
import { createCtciSource } from './ctci/ctci-source.ts';
import type { Source, SourceMemory } from './source.ts';
import { createTaxiiSource } from './taxii/taxii-source.ts';
import { createThreatqSource } from './threatq/threatq-source.ts';

export interface SourceOptions<S extends SourceSettings = SourceSettings> {
  settings: S;
  /** Asked for when a request is made, never kept. */
  secrets: (field: (typeof SOURCE_SECRETS)[number]) => Promise<string | null>;
  /** Relative certificate paths start here. */
  baseDir: string;
  resolveProxy: ResolveProxy;
  memory: SourceMemory;
}

/** The source that the settings describe. Nothing is connected until it is used. */
export function createSource({ settings, ...options }: SourceOptions): Source {
  switch (settings.kind) {
    case 'taxii':
      return createTaxiiSource({ ...options, settings });
    case 'ctci':
      return createCtciSource({ ...options, settings });
    case 'threatq':
      return createThreatqSource({ ...options, settings });
  }
}
