import { COMMANDS, type Command, type CommandGroup } from '../../../shared/commands.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Keys } from '../../ui/parts.tsx';

const GROUPS: readonly CommandGroup[] = ['Go to', 'Review', 'Records table', 'Deliver', 'Sources', 'Window'];

/** Every key, by where it works. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="All keys" size={760} onClose={onClose}>
      <div className="keys-sheet">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {COMMANDS.filter((c) => c.group === group && c.keys.length > 0).map((c: Command) => (
                <div key={c.id}>
                  <dt>{c.title}</dt>
                  <dd>
                    {(c.owner === 'grid' ? c.keys : c.keys.slice(0, 1)).map((chord) => (
                      <span key={chord}>
                        <span className="visually-hidden">{chord}</span>
                        <Keys chord={chord} />
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
