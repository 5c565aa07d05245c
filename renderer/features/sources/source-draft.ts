import { type Failure, failure, failureLine } from '../../../shared/errors.ts';
import {
  SOURCE_SECRETS,
  type SourceSettings,
  sourceSettings,
  taxiiSettings,
} from '../../../shared/settings.ts';
import { ctciSettings } from '../../../shared/settings-ctci.ts';
import { type ThreatqSettings, threatqSettings } from '../../../shared/settings-threatq.ts';
import { checkThreatqSettings, setupFailure } from '../../../shared/threatq-check.ts';

export type SecretName = (typeof SOURCE_SECRETS)[number];
/** undefined: untouched, null: to be forgotten. */
export type Secrets = Partial<Record<SecretName, string | null | undefined>>;
/** Messages by field, dotted as in the settings; `secrets.password` for a secret. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Kinds of source that can be added here, in the words of the picker. */
export const SOURCE_KINDS = [
  { value: 'taxii', label: 'TAXII' },
  { value: 'ctci', label: 'CTCI CEWL' },
  { value: 'threatq', label: 'ThreatQuotient' },
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number]['value'];

/** Settings of a new source. The five-digit id is what the collectors show in their log lines. */
export function newSource(kind: SourceKind): SourceSettings {
  const id = String(10_000 + Math.floor(Math.random() * 90_000));
  switch (kind) {
    case 'taxii': {
      const made = taxiiSettings.parse({ kind, name: 'x', id, discoveryUrl: 'https://x' });
      return { ...made, name: '', discoveryUrl: '' };
    }
    case 'ctci':
      return { ...ctciSettings.parse({ kind, name: 'x', id }), name: '' };
    case 'threatq': {
      const made = threatqSettings.parse({ kind, name: 'x', id, apiBaseUrl: 'https://x', username: 'x' });
      return { ...made, name: '', apiBaseUrl: '', username: '' };
    }
  }
}

/** Checks with the schema the engine uses; answers what to show at which field. */
export function checkSource<S extends SourceSettings>(draft: S): { settings: S | null; errors: FieldErrors } {
  const checked = sourceSettings.safeParse(draft);
  // The schema answers the kind it was given.
  if (checked.success) {
    const problems = draft.kind === 'threatq' ? threatqProblems(draft, Date.now()) : [];
    if (problems.length > 0) return { settings: null, errors: errorsAt(problems) };
    return { settings: checked.data as S, errors: {} };
  }
  const errors: Record<string, string> = {};
  for (const issue of checked.error.issues) {
    const field = issue.path.join('.') || 'form';
    errors[field] ??= issue.message;
  }
  // In the collectors' words where they have some.
  if (draft.kind === 'threatq') Object.assign(errors, errorsAt(threatqProblems(draft, Date.now())));
  return { settings: null, errors };
}

/** Whether a password is set is asked elsewhere: it is no part of the draft. */
const ANY_PASSWORD = 'x';

/** What of a ThreatQuotient draft is wrong: SetupError 1–17 by the check that the configuration file goes through. */
export function threatqProblems(draft: ThreatqSettings, now: number): Failure[] {
  return checkThreatqSettings(draft, ANY_PASSWORD, now).map((problem) => failure(setupFailure(problem)));
}

/** The same while it is typed: what is still empty is not wrong yet. */
export function typedProblems(draft: ThreatqSettings, now: number): Failure[] {
  return threatqProblems(draft, now).filter(({ id }) => id === null || !MISSING.has(id));
}
const MISSING: ReadonlySet<number> = new Set([1, 4, 6, 8]);

/** Failures at the fields that they name. */
export function errorsAt(failures: readonly Failure[]): FieldErrors {
  const errors: Record<string, string> = {};
  for (const f of failures) {
    const { field } = f.details;
    if (typeof field === 'string') errors[field] ??= failureLine(f);
  }
  return errors;
}

/** The URL a source is asked at. */
export function serverUrl(settings: SourceSettings): string {
  switch (settings.kind) {
    case 'taxii':
      return settings.discoveryUrl;
    case 'ctci':
      return settings.baseUrl;
    case 'threatq':
      return settings.apiBaseUrl;
  }
}

const URL_FIELD = { taxii: 'discoveryUrl', ctci: 'baseUrl', threatq: 'apiBaseUrl' } as const;

/** The secret that proves who asks; null when none is needed. */
export function secretOf(settings: SourceSettings): SecretName | null {
  switch (settings.kind) {
    case 'taxii':
      if (settings.auth.method === 'none') return null;
      return settings.auth.method === 'basic' ? 'password' : 'token';
    case 'ctci':
      return 'token';
    case 'threatq':
      return 'password';
  }
}

/** The field a failure is about, by the collectors' id or the file it names; null when it is about none. */
export function fieldOf(wrong: Failure, draft: SourceSettings): string | null {
  const field = wrong.details.field;
  if (typeof field === 'string') return field;
  const file = wrong.details.file;
  if (typeof file === 'string') {
    for (const name of ['caFile', 'certFile', 'keyFile', 'pfxFile'] as const) {
      const path = draft.tls[name];
      if (path !== null && file.endsWith(path)) return `tls.${name}`;
    }
  }
  const { status } = wrong.details;
  const refused =
    status === 401 || status === 403 || wrong.id === 301 || wrong.id === 302 || wrong.id === 100;
  if (refused) {
    const secret = secretOf(draft);
    return secret === null ? 'auth.method' : `secrets.${secret}`;
  }
  if (draft.kind === 'threatq' && (wrong.id === 101 || wrong.id === 400)) return 'apiBaseUrl';
  if (draft.kind === 'taxii') {
    if (wrong.id === 1 || wrong.id === 2 || wrong.id === 3) return 'historicDateUtc';
    if (wrong.id === 303 || wrong.id === 304) return 'discoveryUrl';
  }
  return /url|tls|connect|network|dns|timeout|unreachable/.test(wrong.code) ? URL_FIELD[draft.kind] : null;
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
function servers(draft: SourceSettings): string[] {
  const { proxy } = draft;
  const origin = (url: string) =>
    /^https?:\/\//i.test(url) && URL.canParse(url) ? [new URL(url).origin] : [];
  const through =
    proxy.mode === 'manual' && URL.canParse(proxy.url)
      ? [`proxy ${new URL(proxy.url).protocol}//${new URL(proxy.url).host}`]
      : [];
  const roots = draft.kind === 'taxii' ? (draft.apiRoots ?? []) : [];
  const own = origin(serverUrl(draft));
  const unverified =
    draft.kind === 'threatq' && !draft.verifyHostSslCert ? own.map((server) => `unverified ${server}`) : [];
  return [...own, ...unverified, ...roots.flatMap(origin), ...through];
}

/** Whether saving `draft` over `saved` keeps the stored secrets: they are forgotten once a server is named that did not get them. Pure. */
export function keepsSecrets(saved: SourceSettings, draft: SourceSettings): boolean {
  const known = new Set(servers(saved));
  return servers(draft).every((server) => known.has(server));
}
