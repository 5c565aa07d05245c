import { Checkbox, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { AppSettings } from '../../../shared/app-settings.ts';
import { SETTING_WORDS as WORDS } from '../../../shared/app-settings-words.ts';
import { bridge, call } from '../../bridge.ts';
import { useEngine } from '../../state/engine.ts';
import { attempt } from '../../state/notices.ts';
import { changeSettings } from '../../state/settings.ts';
import { FormSection } from '../../ui/form-section.tsx';

const CLOCK_TIME = /^([01]?\d|2[0-3]):[0-5]\d$/;

/** What runs by itself and when: schedules and the hours in which it is quiet. */
export function SchedulesSection({ settings }: { settings: AppSettings }) {
  const paused = useEngine((s) => s.snapshot?.paused === true);
  const online = useEngine((s) => s.snapshot?.online !== false);
  const { quietHours } = settings;
  const change = (part: Partial<AppSettings['quietHours']>) =>
    changeSettings({ quietHours: { ...quietHours, ...part } });
  return (
    <FormSection title="Schedules">
      <Switch
        label="Pull sources on their schedules"
        checked={!paused}
        onChange={(event) => {
          const pause = !event.currentTarget.checked;
          attempt('The schedules could not be changed', () => call('app.pause', { paused: pause }));
        }}
      />
      {online ? null : (
        <div className="note" data-kind="warning">
          There is no network. Schedules wait for it and then run once; sources on this computer go on.
        </div>
      )}
      <Switch
        label="Quiet hours"
        description={WORDS.quietEnabled}
        checked={quietHours.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
      <div className="form-grid">
        <ClockTime
          label="From"
          description={WORDS.quietFrom}
          disabled={!quietHours.enabled}
          value={quietHours.from}
          onChange={(from) => change({ from })}
        />
        <ClockTime
          label="To"
          description={WORDS.quietTo}
          disabled={!quietHours.enabled}
          value={quietHours.to}
          onChange={(to) => change({ to })}
        />
      </div>
      <Checkbox
        label="Hold scheduled pulls as well"
        description={WORDS.holdPulls}
        disabled={!quietHours.enabled}
        checked={quietHours.holdPulls}
        onChange={(event) => change({ holdPulls: event.currentTarget.checked })}
      />
    </FormSection>
  );
}

/** A time of day, 24 hours; taken over when the field is left or Enter is pressed. */
function ClockTime({
  label,
  description,
  disabled,
  value,
  onChange,
}: {
  label: string;
  description: string;
  disabled: boolean;
  value: string;
  onChange: (time: string) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const wrong = draft !== null && !CLOCK_TIME.test(draft);
  const commit = () => {
    if (draft === null || wrong) return;
    setDraft(null);
    const time = draft.padStart(5, '0');
    if (time !== value) onChange(time);
  };
  return (
    <TextInput
      label={label}
      description={description}
      disabled={disabled}
      placeholder="HH:MM"
      maxLength={5}
      value={draft ?? value}
      error={wrong ? 'A time is written HH:MM, from 00:00 to 23:59.' : undefined}
      onChange={(event) => setDraft(event.currentTarget.value.trim())}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}

const NOTIFICATIONS = [
  ['review', WORDS.notifyReview],
  ['sources', WORDS.notifySources],
  ['delivery', WORDS.notifyDelivery],
] as const;

/** Tray, login, notifications: as far as this host has them. */
export function DesktopSection({ settings }: { settings: AppSettings }) {
  const { tray, startAtLogin, notifications } = bridge.capabilities;
  if (!tray && !startAtLogin && !notifications)
    return (
      <FormSection title="Desktop">
        <p className="dim settings-none">
          A page in the browser has no tray, no notifications and no start at login. Sluice pulls while the
          command that serves this page runs.
        </p>
      </FormSection>
    );
  return (
    <FormSection title="Desktop">
      <Switch
        label="Stay in the tray when the window closes"
        description={
          tray ? WORDS.closeToTray : 'This session shows no icons in a tray: closing the window ends Sluice.'
        }
        disabled={!tray}
        checked={tray && settings.closeToTray}
        onChange={(event) => changeSettings({ closeToTray: event.currentTarget.checked })}
      />
      {startAtLogin ? (
        <Switch
          label="Start at login"
          description={WORDS.startAtLogin}
          checked={settings.startAtLogin}
          onChange={(event) => changeSettings({ startAtLogin: event.currentTarget.checked })}
        />
      ) : null}
      {notifications ? (
        <fieldset className="settings-group">
          <legend>Notify when</legend>
          {NOTIFICATIONS.map(([key, label]) => (
            <Checkbox
              key={key}
              label={label}
              checked={settings.notifications[key]}
              onChange={(event) =>
                changeSettings({
                  notifications: { ...settings.notifications, [key]: event.currentTarget.checked },
                })
              }
            />
          ))}
        </fieldset>
      ) : null}
    </FormSection>
  );
}
