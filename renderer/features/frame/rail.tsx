import { IconHistory, IconInbox, IconRss, IconSend, IconSettings, IconTerminal2 } from '@tabler/icons-react';
import { chordKeys, command, type View } from '../../../shared/commands.ts';
import { isMac } from '../../keyboard.ts';
import { useEngine, useSources } from '../../state/engine.ts';
import { href, useNavigation } from '../../state/navigation.ts';
import { useWaiting } from '../../state/plan.ts';
import { count, countOf } from '../../ui/format.ts';

const ITEMS = [
  { view: 'sources', label: 'Sources', Icon: IconRss },
  { view: 'review', label: 'Review', Icon: IconInbox },
  { view: 'deliver', label: 'Deliver', Icon: IconSend },
  { view: 'history', label: 'History', Icon: IconHistory },
  { view: 'log', label: 'Log', Icon: IconTerminal2 },
  { view: 'settings', label: 'Settings', Icon: IconSettings },
] as const;

interface Badge {
  text: string;
  title: string;
  tone: 'quiet' | 'held' | 'failed';
}

/** Short form for a narrow place: 24,771 → 24k. */
function short(n: number): string {
  if (n < 1000) return count(n);
  if (n < 1_000_000) return `${n < 10_000 ? (Math.floor(n / 100) / 10).toFixed(1) : Math.floor(n / 1000)}k`;
  return `${(Math.floor(n / 100_000) / 10).toFixed(1)}M`;
}

function useBadges(): Partial<Record<View, Badge>> {
  const counts = useEngine((s) => s.snapshot?.counts ?? null);
  const failing = useSources().filter((s) => s.state === 'failing').length;
  const waits = useWaiting();
  if (counts === null) return {};
  const badges: Partial<Record<View, Badge>> = {};
  if (failing > 0)
    badges.sources = {
      text: String(failing),
      title: `${countOf(failing, 'source')} failing`,
      tone: 'failed',
    };
  if (counts.staged > 0)
    badges.review = { text: short(counts.staged), title: `${count(counts.staged)} staged`, tone: 'quiet' };
  if (counts.failed > 0)
    badges.deliver = { text: short(counts.failed), title: `${count(counts.failed)} failed`, tone: 'failed' };
  else if (waits.n > 0) {
    const tone = waits.word === 'blocked' ? 'held' : 'quiet';
    badges.deliver = { text: short(waits.n), title: `${count(waits.n)} ${waits.word}`, tone };
  }
  return badges;
}

/** The views, with what waits in each. */
export function Rail() {
  const view = useNavigation((s) => s.view);
  const badges = useBadges();
  return (
    <nav className="rail" aria-label="Views">
      <img src="./icon.svg" alt="" width="24" height="24" className="rail-mark" />
      {ITEMS.map(({ view: to, label, Icon }) => {
        const badge = badges[to];
        const keys = chordKeys(command(`go.${to}`).keys[0] ?? '', isMac).join('+');
        return (
          <a
            key={to}
            href={href(to)}
            className="rail-item"
            data-last={to === 'settings' ? '' : undefined}
            aria-current={view === to ? 'page' : undefined}
            title={`${label}${badge === undefined ? '' : ` · ${badge.title}`} (${keys})`}
          >
            <Icon size={20} stroke={1.6} />
            <span className="rail-label">{label}</span>
            {badge === undefined ? null : (
              <>
                <span className="rail-badge" aria-hidden="true" data-kind={badge.tone}>
                  {badge.text}
                </span>
                <span className="visually-hidden">, {badge.title}</span>
              </>
            )}
          </a>
        );
      })}
    </nav>
  );
}
