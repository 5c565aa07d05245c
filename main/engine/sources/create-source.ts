import { SluiceError } from '../../../shared/errors.ts';
import type { SOURCE_SECRETS, SourceSettings } from '../../../shared/settings.ts';
import type { ResolveProxy } from '../ports.ts';
import type { Source } from './source.ts';
import { createTaxiiSource } from './taxii/taxii-source.ts';

export interface SourceOptions<S extends SourceSettings = SourceSettings> {
  settings: S;
  /** Asked for when a request is made, never kept. */
  secrets: (field: (typeof SOURCE_SECRETS)[number]) => Promise<string | null>;
  /** Relative certificate paths start here. */
  baseDir: string;
  resolveProxy: ResolveProxy;
}

/** The source that the settings describe. Nothing is connected until it is used. */
export function createSource({ settings, ...options }: SourceOptions): Source {
  switch (settings.kind) {
    case 'taxii':
      return createTaxiiSource({ ...options, settings });
    case 'ctci':
    case 'threatq':
      throw new SluiceError({
        code: 'source.kind',
        message: `This version cannot pull from ${settings.kind} yet.`,
      });
  }
}
