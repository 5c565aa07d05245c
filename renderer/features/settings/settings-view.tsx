import { Button, SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import { call } from '../../bridge.ts';
import { run } from '../../commands.ts';
import { useEngine } from '../../state/engine.ts';
import { attempt, say } from '../../state/notices.ts';
import { prefer, usePreferences } from '../../state/preferences.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FormSection } from '../../ui/form-section.tsx';
import { count } from '../../ui/format.ts';
import { Keys, Skeleton } from '../../ui/parts.tsx';

const HOSTS = { electron: 'Desktop window', loopback: 'Page in the browser', direct: 'Direct' } as const;

/** How it looks, what runs by itself, where things are kept, what this is. */
export function SettingsView() {
  const info = useEngine((s) => s.info);
  const snapshot = useEngine((s) => s.snapshot);
  const density = usePreferences((p) => p.density);
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  if (info === null || snapshot === null) return <Skeleton />;
  const forget = () => {
    prefer({ columnSets: {}, layouts: {}, facetsOpen: true });
    for (const key of Object.keys(localStorage))
      if (key.includes('sluice.review')) localStorage.removeItem(key);
    say('Columns and panes are as at the start; panes the next time this page is opened.');
  };
  return (
    <div className="page">
      <FormSection title="Appearance">
        <div className="row">
          <span className="settings-label">Theme</span>
          <SegmentedControl
            aria-label="Theme"
            data={[
              { value: 'auto', label: 'System' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
            value={colorScheme}
            onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
          />
        </div>
        <div className="row">
          <span className="settings-label">Rows</span>
          <SegmentedControl
            aria-label="Height of rows"
            data={[
              { value: 'regular', label: 'Regular' },
              { value: 'compact', label: 'Compact' },
            ]}
            value={density}
            onChange={(value) => prefer({ density: value === 'compact' ? 'compact' : 'regular' })}
          />
        </div>
        <div className="row">
          <span className="settings-label">Table</span>
          <Button onClick={forget}>Reset columns and panes</Button>
        </div>
      </FormSection>
      <FormSection title="Schedules">
        <Switch
          label="Pull sources on their schedules"
          checked={!snapshot.paused}
          onChange={(event) => {
            const paused = !event.currentTarget.checked;
            attempt('The schedules could not be changed', () => call('app.pause', { paused }));
          }}
        />
      </FormSection>
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
            {count(snapshot.counts.records)} ({count(snapshot.counts.staged)} staged,{' '}
            {count(snapshot.counts.approved)} approved, {count(snapshot.counts.held)} held,{' '}
            {count(snapshot.counts.rejected)} rejected)
          </dd>
        </dl>
        <div className="note" data-kind={info.secretsPersistent ? undefined : 'warning'}>
          {info.secretsPersistent
            ? "Passwords and tokens are kept by the operating system's secret store. They can be set and forgotten here, never read."
            : 'This computer offers no secret store: passwords and tokens are kept until Sluice ends, and are asked for again after that.'}
        </div>
      </FormSection>
      <FormSection title="About">
        <dl className="facts">
          <dt>Sluice</dt>
          <dd>{info.version}</dd>
          <dt>Shown in</dt>
          <dd>{HOSTS[info.host]}</dd>
          <dt>License</dt>
          <dd>MIT</dd>
        </dl>
        <div>
          <Button onClick={() => run('window.keys')} rightSection={<Keys of="window.keys" />}>
            All keys
          </Button>
        </div>
      </FormSection>
    </div>
  );
}
