import { type DestinationSettings, destinationSettings } from '../../../shared/settings.ts';

export type Kind = DestinationSettings['kind'];

const COMMON = { name: 'x' };

/** A new destination of a kind, with the schema's own defaults; what must be given is empty. */
export function newDestination(kind: Kind, name = ''): DestinationSettings {
  switch (kind) {
    case 'devo-syslog': {
      const made = destinationSettings.parse({
        ...COMMON,
        kind,
        address: 'x',
        chainFile: 'x',
        certFile: 'x',
        keyFile: 'x',
      });
      return {
        ...made,
        name,
        address: 'collector-us.devo.io',
        chainFile: '',
        certFile: '',
        keyFile: '',
      } as DestinationSettings;
    }
    case 'devo-http': {
      const made = destinationSettings.parse({ ...COMMON, kind, endpoint: 'https://x', domain: 'x' });
      return { ...made, name, endpoint: 'https://http-us.devo.io', domain: '' } as DestinationSettings;
    }
    case 'devo-relay': {
      const made = destinationSettings.parse({ ...COMMON, kind, address: 'x', port: 1 });
      return { ...made, name, address: '127.0.0.1', port: 13_000 } as DestinationSettings;
    }
    case 'devo-lookup': {
      const made = destinationSettings.parse({ ...COMMON, kind, baseUrl: 'https://x', domain: 'x' });
      return {
        ...made,
        name,
        baseUrl: 'https://api-us.devo.com/lookup-api',
        domain: '',
      } as DestinationSettings;
    }
    case 'devo-lookup-legacy': {
      const made = destinationSettings.parse({
        ...COMMON,
        kind,
        address: 'x',
        chainFile: 'x',
        certFile: 'x',
        keyFile: 'x',
      });
      return {
        ...made,
        name,
        address: 'collector-us.devo.io',
        chainFile: '',
        certFile: '',
        keyFile: '',
      } as DestinationSettings;
    }
  }
}

/** Checks with the schema the engine uses; answers what to show at which field. */
export function checkDestination(draft: DestinationSettings): {
  settings: DestinationSettings | null;
  errors: Readonly<Record<string, string>>;
} {
  const checked = destinationSettings.safeParse(draft);
  if (checked.success) return { settings: checked.data, errors: {} };
  const errors: Record<string, string> = {};
  for (const issue of checked.error.issues) {
    const field = issue.path.join('.') || 'form';
    errors[field] ??=
      issue.code === 'too_small' && issue.origin === 'string' ? 'This is needed.' : issue.message;
  }
  return { settings: null, errors };
}
