import { ActionIcon, Button, NumberInput, Select, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { SourceSettings } from '../../../shared/settings.ts';
import type { ObfuscationRule } from '../../../shared/settings-common.ts';
import { FileField } from '../../ui/file-field.tsx';
import { FormSection } from '../../ui/form-section.tsx';
import { ProxyFields } from '../../ui/proxy-fields.tsx';
import { SecretField } from '../../ui/secret-field.tsx';
import type { FormPart } from './source-form.tsx';

interface Limit {
  field: string;
  label: string;
  min: number;
  max: number;
}

const CONNECT: Limit = {
  field: 'connectTimeoutSeconds',
  label: 'Connect within (seconds)',
  min: 1,
  max: 600,
};
const IDLE: Limit = { field: 'idleTimeoutSeconds', label: 'Silence at most (seconds)', min: 1, max: 600 };
const ATTEMPTS: Limit = { field: 'maxAttempts', label: 'Attempts per request', min: 1, max: 20 };
const TOTAL = 'totalTimeoutSeconds';

/** Numbers that each kind has, by the settings' own names. */
const LIMITS: Readonly<Record<SourceSettings['kind'], readonly Limit[]>> = {
  taxii: [
    { field: 'pageSize', label: 'Objects a page', min: 1, max: 100_000 },
    { field: 'maxPageBytes', label: 'Largest page (bytes)', min: 1_000_000, max: 1_000_000_000 },
    { field: 'concurrency', label: 'Collections at once', min: 1, max: 16 },
    ATTEMPTS,
    { field: 'overlapSeconds', label: 'Overlap (seconds)', min: 0, max: 86_400 },
    CONNECT,
    IDLE,
    { field: TOTAL, label: 'One request at most (seconds)', min: 1, max: 3600 },
  ],
  ctci: [
    { field: 'maxBytes', label: 'Largest list (bytes)', min: 1_000_000, max: 4_000_000_000 },
    { field: 'concurrency', label: 'Downloads at once', min: 1, max: 16 },
    ATTEMPTS,
    CONNECT,
    IDLE,
    { field: TOTAL, label: 'The whole list at most (seconds)', min: 1, max: 7200 },
  ],
  threatq: [
    { field: 'maxPageBytes', label: 'Largest page (bytes)', min: 1_000_000, max: 1_000_000_000 },
    ATTEMPTS,
    CONNECT,
    IDLE,
    { field: TOTAL, label: 'One request at most (seconds)', min: 1, max: 3600 },
  ],
};

/** What pages do by themselves. */
const LIMITS_HINT: Readonly<Partial<Record<SourceSettings['kind'], string>>> = {
  taxii: 'Pages shrink by themselves when a server cannot keep up.',
};

function numberOf(settings: SourceSettings, field: string): number {
  const value: unknown = Object.entries(settings).find(([name]) => name === field)?.[1];
  return typeof value === 'number' ? value : 0;
}

/** Everything else the settings hold. */
export function AdvancedSections({ part }: { part: FormPart }) {
  const { draft, change, errors } = part;
  const hint = LIMITS_HINT[draft.kind];
  return (
    <details className="advanced">
      <summary>Advanced: certificates, proxy, limits, obfuscation</summary>
      <TlsSection part={part} />
      <FormSection title="Proxy">
        <ProxyFields
          proxy={draft.proxy}
          error={errors['proxy.url'] ?? errors.proxy}
          onChange={(proxy) => change({ proxy })}
          password={
            <SecretField
              label="Proxy password"
              isSet={part.secretsSet.includes('proxyPassword')}
              draft={part.secrets.proxyPassword}
              onChange={(proxyPassword) => part.setSecrets({ ...part.secrets, proxyPassword })}
            />
          }
        />
      </FormSection>
      <FormSection title="Limits" {...(hint === undefined ? {} : { hint })}>
        <div className="form-grid">
          {LIMITS[draft.kind].map((n) => (
            <NumberInput
              key={n.field}
              label={n.label}
              min={n.min}
              max={n.max}
              thousandSeparator=","
              value={numberOf(draft, n.field)}
              error={errors[n.field]}
              onChange={(value) => change({ [n.field]: Number(value) } as Partial<SourceSettings>)}
            />
          ))}
          <NumberInput
            label="Requests a second"
            placeholder="No limit"
            min={0.01}
            max={1000}
            value={draft.requestsPerSecond ?? ''}
            error={errors.requestsPerSecond}
            onChange={(value) => change({ requestsPerSecond: value === '' ? null : Number(value) })}
          />
          <TextInput
            label="Id in log lines"
            maxLength={32}
            value={draft.id}
            error={errors.id}
            onChange={(event) => change({ id: event.currentTarget.value })}
          />
        </div>
      </FormSection>
      <ObfuscationSection part={part} />
    </details>
  );
}

function TlsSection({ part }: { part: FormPart }) {
  const { draft, change, errors } = part;
  const tls = (of: Partial<SourceSettings['tls']>) => change({ tls: { ...draft.tls, ...of } });
  return (
    <FormSection
      title="Certificates"
      {...(draft.kind === 'threatq' ? {} : { hint: "The server's certificate is always verified." })}
    >
      <FileField
        label="Extra CA certificates (PEM)"
        value={draft.tls.caFile}
        error={errors['tls.caFile']}
        onChange={(caFile) => tls({ caFile })}
      />
      <FileField
        label="Client certificate (PEM)"
        value={draft.tls.certFile}
        error={errors['tls.certFile']}
        onChange={(certFile) => tls({ certFile })}
      />
      <FileField
        label="Client key (PEM)"
        value={draft.tls.keyFile}
        error={errors['tls.keyFile']}
        onChange={(keyFile) => tls({ keyFile })}
      />
      <FileField
        label="Client certificate and key (PKCS#12)"
        value={draft.tls.pfxFile}
        error={errors['tls.pfxFile']}
        onChange={(pfxFile) => tls({ pfxFile })}
      />
      <SecretField
        label="Passphrase of the key"
        isSet={part.secretsSet.includes('keyPassphrase')}
        draft={part.secrets.keyPassphrase}
        onChange={(keyPassphrase) => part.setSecrets({ ...part.secrets, keyPassphrase })}
      />
    </FormSection>
  );
}

const KINDS = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'null', label: 'null' },
  { value: 'true', label: 'true' },
  { value: 'false', label: 'false' },
];

function kindOf(value: ObfuscationRule['value']): string {
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : String(value);
}

function ofKind(kind: string, value: ObfuscationRule['value']): ObfuscationRule['value'] {
  if (kind === 'text') return typeof value === 'string' ? value : '';
  if (kind === 'number') return typeof value === 'number' ? value : 0;
  return kind === 'null' ? null : kind === 'true';
}

function ObfuscationSection({ part }: { part: FormPart }) {
  const { draft, change, errors } = part;
  const rules = draft.obfuscation;
  const set = (at: number, rule: ObfuscationRule) =>
    change({ obfuscation: rules.map((r, i) => (i === at ? rule : r)) });
  return (
    <FormSection title="Obfuscation" hint="Values replaced before anything is framed; marked in the preview.">
      {rules.map((rule, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
        <div key={i} className="rule-row">
          <TextInput
            label={`Path ${i + 1}`}
            placeholder="created_by_ref"
            value={rule.name}
            error={errors[`obfuscation.${i}.name`]}
            onChange={(event) => set(i, { ...rule, name: event.currentTarget.value })}
          />
          <Select
            label={`Kind of value ${i + 1}`}
            data={KINDS}
            value={kindOf(rule.value)}
            onChange={(kind) => set(i, { ...rule, value: ofKind(kind ?? 'text', rule.value) })}
          />
          <TextInput
            label={`Replaced by ${i + 1}`}
            disabled={typeof rule.value === 'boolean' || rule.value === null}
            value={String(rule.value)}
            onChange={(event) => {
              const text = event.currentTarget.value;
              set(i, { ...rule, value: typeof rule.value === 'number' ? Number(text) || 0 : text });
            }}
          />
          <ActionIcon
            aria-label={`Remove rule ${i + 1}`}
            onClick={() => change({ obfuscation: rules.filter((_, k) => k !== i) })}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button onClick={() => change({ obfuscation: [...rules, { name: '', value: '*****' }] })}>
          Add a rule
        </Button>
      </div>
    </FormSection>
  );
}
