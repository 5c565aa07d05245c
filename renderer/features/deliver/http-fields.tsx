import { Checkbox, TextInput } from '@mantine/core';
import type { DevoHttpSettings } from '../../../shared/settings.ts';
import { FileField } from '../../ui/file-field.tsx';
import { ProxyFields } from '../../ui/proxy-fields.tsx';
import type { DestinationPart } from './destination-form.tsx';

/** Endpoint, domain and way out of HTTP ingestion. */
export function HttpFields({
  part,
  token,
  tokenSet,
}: {
  part: DestinationPart<DevoHttpSettings>;
  token: React.ReactNode;
  tokenSet: boolean;
}) {
  const { draft, change, errors } = part;
  return (
    <>
      <TextInput
        label="Endpoint"
        description={tokenSet ? 'Naming another server forgets the stored token.' : undefined}
        required
        spellCheck={false}
        value={draft.endpoint}
        error={errors.endpoint}
        onChange={(event) => change({ endpoint: event.currentTarget.value.trim() })}
      />
      <div className="form-grid">
        <TextInput
          label="Domain"
          required
          value={draft.domain}
          error={errors.domain}
          onChange={(event) => change({ domain: event.currentTarget.value.trim() })}
        />
        {token}
      </div>
      <Checkbox
        label="Compress with gzip"
        checked={draft.gzip}
        onChange={(event) => change({ gzip: event.currentTarget.checked })}
      />
      <FileField
        label="Extra CA certificates (PEM)"
        value={draft.caFile}
        error={errors.caFile}
        onChange={(caFile) => change({ caFile })}
      />
      <ProxyFields
        proxy={draft.proxy}
        error={errors['proxy.url'] ?? errors.proxy}
        onChange={(proxy) => change({ proxy })}
      />
    </>
  );
}
