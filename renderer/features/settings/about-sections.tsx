import { Button, Select } from '@mantine/core';
import type { AppSettings } from '../../../shared/app-settings.ts';
import { SETTING_WORDS as WORDS } from '../../../shared/app-settings-words.ts';
import type { AppInfo, Snapshot } from '../../../shared/views/app.ts';
import { bridge } from '../../bridge.ts';
import { run } from '../../commands.ts';
import { changeSettings } from '../../state/settings.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FormSection } from '../../ui/form-section.tsx';
import { count } from '../../ui/format.ts';
import { Keys } from '../../ui/parts.tsx';

const HOSTS = { electron: 'Desktop window', loopback: 'Page in the browser', direct: 'Direct' } as const;
const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const;

/** What is kept where. */
export function StorageSection({ info, counts }: { info: AppInfo; counts: Snapshot['counts'] }) {
  return (
    <FormSection title="Storage">
      <dl className="facts">
        <dt>Folder</dt>
        <dd className="copy">
          <code>{info.dataDir}</code>
          <CopyButton text={info.dataDir} what="the folder" />
        </dd>
        <dt>Configuration</dt>
        <dd>
          {info.configFile === null ? 'Made here; no config.yaml in use' : <code>{info.configFile}</code>}
        </dd>
        <dt>Records</dt>
        <dd>
          {count(counts.records)} ({count(counts.staged)} staged, {count(counts.approved)} approved,{' '}
          {count(counts.held)} held, {count(counts.rejected)} rejected)
        </dd>
      </dl>
      <div className="note" data-kind={info.secretsPersistent ? undefined : 'warning'}>
        {info.secretsPersistent
          ? "Passwords and tokens are kept by the operating system's secret store. They can be set and forgotten here, never read."
          : 'This computer offers no secret store: passwords and tokens are kept until Sluice ends, and are asked for again after that.'}
        {info.secretsNote === null ? null : <p>{info.secretsNote}</p>}
      </div>
    </FormSection>
  );
}

/** What the log keeps. */
export function LogSection({ settings }: { settings: AppSettings }) {
  return (
    <FormSection title="Log">
      <div className="form-grid">
        <Select
          label="Lowest level"
          description={WORDS.logLevel}
          data={[...LEVELS]}
          value={settings.logLevel}
          onChange={(value) => changeSettings({ logLevel: LEVELS.find((l) => l === value) ?? 'INFO' })}
        />
      </div>
      {bridge.capabilities.openLogFolder ? (
        <div>
          <Button onClick={() => run('window.logFolder')}>Open the log folder</Button>
        </div>
      ) : null}
    </FormSection>
  );
}

const CHANNELS = [
  { value: 'off', label: 'Do not look' },
  { value: 'stable', label: 'Released versions' },
  { value: 'beta', label: 'Also versions before release' },
] as const;

/** Where a host can bring newer versions. */
export function UpdatesSection({ settings }: { settings: AppSettings }) {
  if (!bridge.capabilities.updates) return null;
  return (
    <FormSection title="Updates">
      <div className="form-grid">
        <Select
          label="Newer versions"
          description={WORDS.updateChannel}
          data={[...CHANNELS]}
          value={settings.updateChannel}
          onChange={(value) =>
            changeSettings({ updateChannel: CHANNELS.find((c) => c.value === value)?.value ?? 'off' })
          }
        />
      </div>
    </FormSection>
  );
}

/** What this is, and what it runs on. */
export function AboutSection({ info }: { info: AppInfo }) {
  const versions = Object.entries({ Sluice: info.version, ...info.versions });
  return (
    <FormSection title="About">
      <dl className="facts">
        {versions.map(([name, version]) => (
          <div key={name} className="settings-fact">
            <dt>{name}</dt>
            <dd>{version}</dd>
          </div>
        ))}
        <dt>Shown in</dt>
        <dd>{HOSTS[info.host]}</dd>
        <dt>License</dt>
        <dd>MIT</dd>
      </dl>
      <div className="row">
        <Button onClick={() => run('window.keys')} rightSection={<Keys of="window.keys" />}>
          All keys
        </Button>
        <CopyButton text={versions.map((v) => v.join(' ')).join('\n')} what="the versions" />
      </div>
    </FormSection>
  );
}
