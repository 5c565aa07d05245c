import { useEngine } from '../../state/engine.ts';
import { useSettings } from '../../state/settings.ts';
import { Skeleton } from '../../ui/parts.tsx';
import { AboutSection, LogSection, StorageSection, UpdatesSection } from './about-sections.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { DesktopSection, SchedulesSection } from './background-section.tsx';
import { CollectorSection } from './collector-section.tsx';
import { NetworkSection } from './network-section.tsx';
import { RetentionSection } from './retention-section.tsx';

/** How it looks, what runs by itself, the way out, how long things stay and where, what this is. */
export function SettingsView() {
  const info = useEngine((s) => s.info);
  const counts = useEngine((s) => s.snapshot?.counts ?? null);
  const settings = useSettings((s) => s.settings);
  if (info === null || counts === null || settings === null) return <Skeleton />;
  return (
    <div className="page settings">
      <AppearanceSection />
      <SchedulesSection settings={settings} />
      <DesktopSection settings={settings} />
      <NetworkSection settings={settings} />
      <CollectorSection />
      <RetentionSection settings={settings} />
      <StorageSection info={info} counts={counts} />
      <LogSection settings={settings} />
      <UpdatesSection settings={settings} />
      <AboutSection info={info} />
    </div>
  );
}
