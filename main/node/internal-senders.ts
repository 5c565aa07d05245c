import { InternalDesk } from '../engine/internal-desk.ts';
import { interfaceNetwork } from '../engine/network.ts';
import { isLocal } from '../engine/schedule/held-back.ts';
import type { Workspace } from '../engine/workspace.ts';

const LAST_FLUSH_MS = 10_000;
const STOPPED_FLUSH_MS = 2_000;

/** Sluice's own log and metrics on the command line, which knows no pause and no quiet hours. Made before the first line that counts. */
export function openInternalDesk(workspace: Workspace, busy: () => boolean = () => false): InternalDesk {
  return new InternalDesk(workspace, {
    busy,
    held: (settings) => (interfaceNetwork.online() || isLocal(settings) ? null : 'offline'),
    changed: () => {},
  });
}

/** Sends what is left at the end of a command, in 10 seconds at most; whoever stops the command waits 2. */
export async function closeInternalDesk(desk: InternalDesk, signal: AbortSignal): Promise<void> {
  await desk.flush(signal.aborted ? STOPPED_FLUSH_MS : LAST_FLUSH_MS);
  await desk.close();
}
