import { Select, Switch } from '@mantine/core';
import { LOG_LEVELS } from '../../../shared/app-settings.ts';
import type { DevoHttpSettings, DevoRelaySettings, DevoSyslogSettings } from '../../../shared/settings.ts';
import { INTERNAL_WORDS, type InternalSenders } from '../../../shared/settings-internal.ts';
import { FormSection } from '../../ui/form-section.tsx';
import type { DestinationPart } from './destination-form.tsx';
import { TagField } from './tag-field.tsx';

/** Whether Sluice tells this destination of itself, and under which tags. */
export function InternalSection({
  part,
}: {
  part: DestinationPart<DevoSyslogSettings | DevoHttpSettings | DevoRelaySettings>;
}) {
  const { draft, change, errors } = part;
  const { internalSenders: own } = draft;
  const put = (some: Partial<InternalSenders>) => change({ internalSenders: { ...own, ...some } });
  return (
    <FormSection
      title="Sluice's own log"
      hint="Events of their own beside the records, sent between hand-overs. Nothing of it is kept for later."
    >
      <Switch
        label="Send log lines to this destination"
        checked={own.enabled}
        onChange={(event) => put({ enabled: event.currentTarget.checked })}
      />
      {own.enabled ? (
        <>
          <div className="form-grid form-halves form-tops">
            <Select
              label="From level"
              description={INTERNAL_WORDS.level}
              inputWrapperOrder={['label', 'input', 'description']}
              data={[...LOG_LEVELS]}
              value={own.level}
              onChange={(value) => put({ level: LOG_LEVELS.find((l) => l === value) ?? 'INFO' })}
            />
            <TagField
              label="Tag of log lines"
              value={own.logTag}
              error={errors['internalSenders.logTag']}
              onChange={(logTag) => put({ logTag })}
            />
          </div>
          <Switch
            label="Send metrics as well"
            description={INTERNAL_WORDS.metrics}
            checked={own.metrics}
            onChange={(event) => put({ metrics: event.currentTarget.checked })}
          />
          {own.metrics ? (
            <div className="form-grid form-halves form-tops">
              <TagField
                label="Tag of metrics"
                value={own.metricsTag}
                error={errors['internalSenders.metricsTag']}
                onChange={(metricsTag) => put({ metricsTag })}
              />
            </div>
          ) : null}
          <p className="dim">
            Log lines name sources, collections, servers and folders of this computer. The highest TLP and
            obfuscation do not apply to them.
          </p>
        </>
      ) : null}
    </FormSection>
  );
}
