import { IconSend } from '@tabler/icons-react';
import { useEngine } from '../../state/engine.ts';
import { href } from '../../state/navigation.ts';
import { useWaiting } from '../../state/plan.ts';
import { count } from '../../ui/format.ts';

/** The first entry of the list: everything that waits to go out. */
export function OutgoingLink({ current }: { current: boolean }) {
  const handedOver = useEngine((s) => s.snapshot?.counts.handedOver ?? 0);
  const { n, word } = useWaiting();
  return (
    <div className="outgoing-link">
      <a href={href('deliver')} className="side-item" aria-current={current ? 'page' : undefined}>
        <IconSend size={16} stroke={1.6} aria-hidden="true" />
        <span className="side-item-main">
          <span className="side-item-name">Outgoing</span>
          <span className="row side-item-facts">
            <span className="clip">
              <span data-tone={word === 'blocked' ? 'held' : undefined}>
                {count(n)} {word}
              </span>
              , {count(handedOver)} handed over
            </span>
          </span>
        </span>
      </a>
    </div>
  );
}
