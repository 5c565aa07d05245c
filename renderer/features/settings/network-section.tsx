import { Button } from '@mantine/core';
import { useState } from 'react';
import type { AppSettings } from '../../../shared/app-settings.ts';
import { SETTING_WORDS as WORDS } from '../../../shared/app-settings-words.ts';
import type { Failure } from '../../../shared/errors.ts';
import { failureOf } from '../../bridge.ts';
import { say } from '../../state/notices.ts';
import { saveSettings } from '../../state/settings.ts';
import { FileField } from '../../ui/file-field.tsx';
import { FormSection } from '../../ui/form-section.tsx';
import { ProxyFields } from '../../ui/proxy-fields.tsx';

type Draft = Pick<AppSettings, 'proxy' | 'caFile'>;

/** The way out: applied together, since a change may forget secrets that another proxy would see. */
export function NetworkSection({ settings }: { settings: AppSettings }) {
  const saved: Draft = { proxy: settings.proxy, caFile: settings.caFile };
  const [draft, setDraft] = useState<Draft | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const shown = draft ?? saved;
  const changed = draft !== null && JSON.stringify(draft) !== JSON.stringify(saved);
  const at = typeof failure?.details.at === 'string' ? failure.details.at : '';
  const aboutFile = failure !== null && (failure.code.startsWith('tls.') || at.includes('caFile'));
  const change = (part: Partial<Draft>) => {
    setDraft({ ...shown, ...part });
    setFailure(null);
  };
  const apply = async () => {
    setBusy(true);
    try {
      await saveSettings(shown);
      setDraft(null);
      say('The network settings are in use from the next connection on.');
    } catch (thrown) {
      setFailure(failureOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  const message = failure?.message.replace(/^settings\.[\w.]+: /, '');
  return (
    <FormSection title="Network" hint={WORDS.proxy}>
      <ProxyFields
        system="The system's"
        proxy={shown.proxy}
        error={failure !== null && !aboutFile ? message : undefined}
        onChange={(proxy) => change({ proxy })}
      />
      {shown.proxy.mode === 'manual' ? (
        <p className="dim settings-none">
          It also carries what goes to servers without TLS: their stored passwords are forgotten when this is
          applied, and asked for again.
        </p>
      ) : null}
      <FileField
        label="Extra CA certificates (PEM)"
        description={WORDS.caFile}
        value={shown.caFile}
        error={aboutFile ? message : undefined}
        extensions={['pem', 'crt', 'cer']}
        onChange={(caFile) => change({ caFile })}
      />
      {changed ? (
        <div className="row">
          <Button variant="filled" loading={busy} onClick={() => void apply()}>
            Apply
          </Button>
          <Button
            onClick={() => {
              setDraft(null);
              setFailure(null);
            }}
          >
            Undo
          </Button>
        </div>
      ) : null}
    </FormSection>
  );
}
