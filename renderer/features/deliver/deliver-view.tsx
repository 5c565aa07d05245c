import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useDestinations, useEngine } from '../../state/engine.ts';
import { go, href, useNavigation } from '../../state/navigation.ts';
import { count, countOf } from '../../ui/format.ts';
import { Empty, Skeleton } from '../../ui/parts.tsx';
import { destinationState, StateLabel } from '../../ui/state-label.tsx';
import { DestinationPage } from './destination-page.tsx';
import { Outgoing } from './outgoing.tsx';
import { OutgoingLink } from './outgoing-link.tsx';
import '../../styles/deliver.css';

const DestinationForm = lazy(() =>
  import('./destination-form.tsx').then((m) => ({ default: m.DestinationForm })),
);

const KINDS = {
  'devo-syslog': 'Syslog over TLS',
  'devo-http': 'HTTP',
  'devo-relay': 'Relay',
  'devo-lookup': 'Lookup',
  'devo-lookup-legacy': 'Lookup messages',
} as const;

/** What goes out, and the destinations it goes to. `#/deliver/destinations/<name>[/edit]`, `#/deliver/new`. */
export function DeliverView() {
  const destinations = useDestinations();
  const path = useNavigation((s) => s.path);
  const adding = path[0] === 'new';
  const chosen =
    path[0] === 'destinations' ? destinations.find((d) => d.settings.name === path[1]) : undefined;
  const editing = chosen !== undefined && path[2] === 'edit';
  const queued = useEngine((s) => s.snapshot?.counts.queued ?? 0);

  if (destinations.length === 0 && !adding) return <NoDestinations queued={queued} />;
  return (
    <div className="two-panes">
      <aside className="side-list" aria-label="Destinations">
        <OutgoingLink current={chosen === undefined && !adding} />
        <div className="side-head">
          <span className="dim">{countOf(destinations.length, 'destination')}</span>
          <Button
            size="compact-xs"
            variant="subtle"
            className="spread"
            leftSection={<IconPlus size={14} />}
            onClick={() => go('deliver', 'new')}
          >
            Add
          </Button>
        </div>
        <ul>
          {destinations.map((d) => (
            <li key={d.settings.name}>
              <a
                href={href('deliver', 'destinations', d.settings.name)}
                className="side-item"
                aria-current={d === chosen ? 'page' : undefined}
              >
                <span className="side-item-main">
                  <span className="row">
                    <span className="clip side-item-name">{d.settings.name}</span>
                    <span className="spread side-item-state">
                      <StateLabel {...destinationState(d)} />
                    </span>
                  </span>
                  <span className="row side-item-facts">
                    <span className="clip">{KINDS[d.settings.kind]}</span>
                    <span className="spread nowrap">
                      {d.queued > 0 ? `${count(d.queued)} queued` : `${count(d.handedOver)} handed over`}
                    </span>
                  </span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      </aside>
      <div className="pane-scroll">
        <Suspense fallback={<Skeleton />}>
          {adding ? (
            <DestinationForm destination={null} />
          ) : chosen === undefined ? (
            <Outgoing />
          ) : editing ? (
            <DestinationForm key={chosen.settings.name} destination={chosen} />
          ) : (
            <DestinationPage key={chosen.settings.name} destination={chosen} />
          )}
        </Suspense>
      </div>
    </div>
  );
}

function NoDestinations({ queued }: { queued: number }) {
  return (
    <Empty
      title="Nowhere to hand over to yet"
      action={
        <Button variant="filled" leftSection={<IconPlus size={14} />} onClick={() => go('deliver', 'new')}>
          Add a destination
        </Button>
      }
    >
      <p>
        A destination is a Devo endpoint: syslog over TLS with a client certificate, HTTP with a token, or a
        relay in your network.
        {queued > 0 ? ` ${countOf(queued, 'approved record')} wait for one.` : ''}
      </p>
    </Empty>
  );
}
