import type { SourceSettings } from '../../../shared/settings.ts';
import type { ThreatqSettings } from '../../../shared/settings-threatq.ts';
import type { SourceView } from '../../../shared/views/source.ts';
import { go } from '../../state/navigation.ts';
import { openView } from '../../state/review.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { count, period } from '../../ui/format.ts';
import { Time } from '../../ui/parts.tsx';

const ORIGINS = {
  config: 'config.yaml (read-only here: change the file and start again)',
  settings: 'added here',
  demo: 'the demo',
} as const;

const FLATTEN_WORDS: Readonly<Record<NonNullable<ThreatqSettings['flatten']>, string>> = {
  sources: 'one message per source',
  attributes: 'one message per attribute',
};

/** What a source is, where its records go and where it stands. */
export function SourceFacts({ source, running }: { source: SourceView; running: boolean }) {
  const { settings, persistence } = source;
  const show = () => {
    openView({ source: [settings.name], decision: ['staged'] });
    go('review');
  };
  return (
    <dl className="facts source-facts">
      <ServerFacts settings={settings} />
      <dt>Records</dt>
      <dd>
        {count(source.records)}
        {source.staged > 0 ? (
          <>
            {', '}
            <button type="button" className="plain-button link" onClick={show}>
              {count(source.staged)} staged
            </button>
          </>
        ) : null}
      </dd>
      <dt>Schedule</dt>
      <dd>
        {settings.enabled ? `Every ${period(settings.periodSeconds)}` : 'Disabled'}
        {source.nextRunAt === null ? null : (
          <>
            , next <Time at={source.nextRunAt} /> UTC
          </>
        )}
      </dd>
      {persistence === null ? null : (
        <>
          <dt>Position</dt>
          <dd>
            {positionWords(source)}
            {', '}
            <button
              type="button"
              className="plain-button link"
              disabled={running}
              onClick={() => go('sources', settings.name, 'restart')}
            >
              restart
            </button>
          </dd>
        </>
      )}
      <dt>Goes to</dt>
      <dd>
        {settings.outputs === null ? 'Every enabled destination' : settings.outputs.join(', ') || 'Nowhere'}
        {settings.autoForward ? ', handed over without review' : ', after approval'}
        {settings.kind === 'threatq' && settings.flatten !== null
          ? `, as ${FLATTEN_WORDS[settings.flatten]}`
          : ''}
      </dd>
      <dt>From</dt>
      <dd>{ORIGINS[source.origin]}</dd>
    </dl>
  );
}

/** Where the source is and what is spoken there. */
function ServerFacts({ settings }: { settings: SourceSettings }) {
  const { label, url, speaks } = serverOf(settings);
  return (
    <>
      <dt>{label}</dt>
      <dd className="copy">
        <code className="clip">{url}</code>
        <CopyButton text={url} what={`the ${label.toLowerCase()}`} />
      </dd>
      <dt>Kind</dt>
      <dd>{speaks}</dd>
    </>
  );
}

function serverOf(settings: SourceSettings): { label: string; url: string; speaks: string } {
  switch (settings.kind) {
    case 'taxii': {
      const version = settings.taxiiVersion === 'detect' ? ', version detected' : ` ${settings.taxiiVersion}`;
      return { label: 'Discovery URL', url: settings.discoveryUrl, speaks: `TAXII${version}` };
    }
    case 'ctci':
      return {
        label: 'API URL',
        url: settings.baseUrl + settings.path,
        speaks: 'CTCI CVE Early Warning List',
      };
    case 'threatq':
      return { label: 'Base URL', url: settings.apiBaseUrl, speaks: 'ThreatQuotient events' };
  }
}

/** Where the next pull goes on. */
function positionWords({ persistence, lastPull }: SourceView): string {
  if (persistence?.waiting === true) return 'Kept until the restart is confirmed';
  if (lastPull === null) return 'Begins with the first pull';
  const anew = persistence?.undo != null && lastPull.startedAt < persistence.undo;
  return anew ? 'Begins anew with the next pull' : 'Goes on where the last pull ended';
}
