import { Button, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { say } from '../../state/notices.ts';
import { prefer, usePreferences } from '../../state/preferences.ts';
import { FormSection } from '../../ui/form-section.tsx';

/** How it looks. The theme is the program's, rows and columns are this window's. */
export function AppearanceSection() {
  const density = usePreferences((p) => p.density);
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const forget = () => {
    prefer({ columnSets: {}, layouts: {}, facetsOpen: true });
    for (const key of Object.keys(localStorage))
      if (key.includes('sluice.review')) localStorage.removeItem(key);
    say('Columns and panes are as at the start; panes the next time this page is opened.');
  };
  return (
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
  );
}
