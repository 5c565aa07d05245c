import type { Failure } from '../../../shared/errors.ts';
import { SOURCE_SECRETS, type TaxiiSettings, taxiiSettings } from '../../../shared/settings.ts';

export type SecretName = (typeof SOURCE_SECRETS)[number];
/** undefined: untouched, null: to be forgotten. */
export type Secrets = Partial<Record<SecretName, string | null | undefined>>;
/** Messages by field, dotted as in the settings; `secrets.password` for a secret. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Settings of a new source. The five-digit id is what the collectors show in their log lines. */
export function newSource(): TaxiiSettings {
  return {
    ...taxiiSettings.parse({
      kind: 'taxii',
      name: 'x',
      id: String(10_000 + Math.floor(Math.random() * 90_000)),
      discoveryUrl: 'https://x',
    }),
    name: '',
    discoveryUrl: '',
  };
}

/** Checks with the schema the engine uses; answers what to show at which field. */
export function checkSource(draft: TaxiiSettings): { settings: TaxiiSettings | null; errors: FieldErrors } {
  const checked = taxiiSettings.safeParse(draft);
  if (checked.success) return { settings: checked.data, errors: {} };
  const errors: Record<string, string> = {};
  for (const issue of checked.error.issues) {
    const field = issue.path.join('.') || 'form';
    errors[field] ??= issue.message;
  }
  return { settings: null, errors };
}

/** The field a failure is about, by the collectors' id or the file it names; null when it is about none. */
export function fieldOf(failure: Failure, draft: TaxiiSettings): string | null {
  const field = failure.details.field;
  if (typeof field === 'string') return field;
  const file = failure.details.file;
  if (typeof file === 'string') {
    for (const name of ['caFile', 'certFile', 'keyFile', 'pfxFile'] as const) {
      const path = draft.tls[name];
      if (path !== null && file.endsWith(path)) return `tls.${name}`;
    }
  }
  switch (failure.id) {
    case 1:
    case 2:
    case 3:
      return 'historicDateUtc';
    case 301:
    case 302:
      return draft.auth.method === 'basic'
        ? 'secrets.password'
        : draft.auth.method === 'none'
          ? 'auth.method'
          : 'secrets.token';
    case 303:
    case 304:
      return 'discoveryUrl';
    default:
      return /url|tls|connect|network|dns|timeout|unreachable/.test(failure.code) ? 'discoveryUrl' : null;
  }
}

/** A name for a server that has none yet: its host without what all hosts share. */
export function nameFor(url: string): string {
  try {
    const host = new URL(url).hostname.replace(/^(www|taxii2?|api|cti-taxii)\./, '');
    return host.replace(/[^A-Za-z0-9 _.-]/g, '').slice(0, 64);
  } catch {
    return '';
  }
}

/** Secrets as a probe takes them: typed ones only. */
export function typedSecrets(secrets: Secrets): Partial<Record<SecretName, string>> {
  const out: Partial<Record<SecretName, string>> = {};
  for (const name of SOURCE_SECRETS) {
    const value = secrets[name];
    if (typeof value === 'string') out[name] = value;
  }
  return out;
}

/** Servers that would get the secrets: what the engine goes by when it keeps or forgets stored ones. Half-typed URLs name none. */
function servers({ discoveryUrl, apiRoots, proxy }: TaxiiSettings): string[] {
  const origin = (url: string) =>
    /^https?:\/\//i.test(url) && URL.canParse(url) ? [new URL(url).origin] : [];
  const through =
    proxy.mode === 'manual' && URL.canParse(proxy.url)
      ? [`proxy ${new URL(proxy.url).protocol}//${new URL(proxy.url).host}`]
      : [];
  return [...origin(discoveryUrl), ...(apiRoots ?? []).flatMap(origin), ...through];
}

/** Whether saving `draft` over `saved` keeps the stored secrets: they are forgotten once a server is named that did not get them. Pure. */
export function keepsSecrets(saved: TaxiiSettings, draft: TaxiiSettings): boolean {
  const known = new Set(servers(saved));
  return servers(draft).every((server) => known.has(server));
}
