import { SluiceError } from '../../shared/errors.ts';
import { isReason, LONGEST_REASON, SHORTEST_REASON } from '../../shared/override-reason.ts';
import type { Selection } from '../../shared/records.ts';
import { type DestinationSettings, isLookup } from '../../shared/settings.ts';
import { aboveCeiling, tlpLabel } from '../../shared/tlp.ts';
import type { OverridePreview, OverrideView } from '../../shared/views/override.ts';
import { oneLine } from './log/log-line.ts';
import type { Override } from './store/override-store.ts';
import type { Workspace } from './workspace.ts';

/** An override as it is shown: where the destination went stays in the store. */
export function overrideView({ place: _, ...shown }: Override): OverrideView {
  return shown;
}

/** What an override over this selection would let through. @throws SluiceError `destination.unknown` */
export function previewOverride(
  workspace: Workspace,
  destination: string,
  selection: Selection,
): OverridePreview {
  endStaleOverrides(workspace);
  const { settings } = workspace.destinationEntry(destination);
  const held = workspace.store.overrides.heldBack(workspace.routeOf(settings), selection);
  return { destination, ceiling: settings.maxTlp, ...held };
}

/**
 * Lets what the selection holds of records that are held back for their TLP through to the destination, and says so in the log.
 * @throws SluiceError `destination.unknown`, `override.reason`, `override.nothing`, `override.changed`
 */
export function makeOverride(
  workspace: Workspace,
  asked: { destination: string; selection: Selection; reason: string; expected?: number },
): Override {
  const { settings } = workspace.destinationEntry(asked.destination);
  const reason = asked.reason.trim();
  if (!isReason(reason) || reason.length > LONGEST_REASON) throw reasonMissing(reason);
  endStaleOverrides(workspace);
  const made = workspace.store.overrides.make(workspace.routeOf(settings), {
    selection: asked.selection,
    reason,
    place: placeOf(settings),
    at: workspace.clock.now(),
    ...(asked.expected === undefined ? {} : { expected: asked.expected }),
  });
  warn(
    workspace,
    `Override ${made.id}: ${records(made.records)} up to ${tlpLabel(made.highest)} may be handed over to ${made.destination}, which accepts up to ${tlpLabel(made.ceiling)}. Reason: ${made.reason}`,
  );
  return made;
}

/** Takes back what is not handed over and not on its way, and says so in the log. @throws SluiceError `override.gone` */
export function withdrawOverride(
  workspace: Workspace,
  id: number,
  why: string | null = null,
): { override: Override; takenBack: number } {
  const result = workspace.store.overrides.withdraw(id, workspace.clock.now(), why);
  const { override, takenBack } = result;
  warn(
    workspace,
    `Override ${id} for ${override.destination} ${why === null ? 'withdrawn' : `ended: ${why}`}. ${records(takenBack)} taken back, ${override.inFlight} on their way, ${override.handedOver} handed over before. It was for ${records(override.records)} up to ${tlpLabel(override.highest)}. Reason then: ${override.reason}`,
  );
  return result;
}

/**
 * Ends the overrides that were written for something else than the destination is now: it goes to another place (server, domain, lookup), or
 * its ceiling was lowered since. Before anything is planned or handed over. Raising the ceiling ends nothing: what was let through by the
 * override then goes out without needing it.
 */
export function endStaleOverrides(workspace: Workspace): void {
  const open = workspace.store.overrides.open();
  if (open.length === 0) return;
  const destinations = new Map(workspace.destinations().map((d) => [d.settings.name, d.settings]));
  for (const { id, destination, place, ceiling } of open) {
    const settings = destinations.get(destination);
    const why =
      settings === undefined
        ? null
        : placeOf(settings) !== place
          ? 'the destination goes to another place now'
          : aboveCeiling(ceiling, settings.maxTlp)
            ? `the destination accepts only up to ${tlpLabel(settings.maxTlp)} now`
            : null;
    if (why !== null && hasLeft(workspace.store.overrides.get(id))) withdrawOverride(workspace, id, why);
  }
}

const hasLeft = (one: Override | null): one is Override => one !== null && one.waiting + one.inFlight > 0;

/** Overrides that let something through which has not gone yet, the newest first. */
export function overridesInForce({ store: { overrides } }: Workspace): Override[] {
  return overrides
    .open()
    .map(({ id }) => overrides.get(id))
    .filter(hasLeft);
}

/** Where a destination goes: an override is for that, not for whatever has the name later. */
function placeOf(settings: DestinationSettings): string {
  const { kind } = settings;
  switch (kind) {
    case 'devo-syslog':
    case 'devo-relay':
    case 'devo-lookup-legacy':
      return JSON.stringify([
        kind,
        settings.address,
        settings.port,
        isLookup(settings) ? settings.lookup : '',
      ]);
    case 'devo-http':
      return JSON.stringify([kind, settings.endpoint, settings.domain]);
    case 'devo-lookup':
      return JSON.stringify([kind, settings.baseUrl, settings.domain, settings.lookup]);
  }
}

/** Whatever the log level, and at once, so that a process that is killed later has said it. The reason is a person's text: one line, controls made visible. */
function warn(workspace: Workspace, message: string): void {
  workspace.logBook.account('OutputProcess', 'MainThread', oneLine(message));
  workspace.logBook.flush();
}

const records = (n: number): string => `${n} ${n === 1 ? 'record' : 'records'}`;

function reasonMissing(reason: string): SluiceError {
  const long = reason.length > LONGEST_REASON;
  return new SluiceError({
    code: 'override.reason',
    message: long
      ? `The reason of an override is at most ${LONGEST_REASON} characters long; this one has ${reason.length}.`
      : 'An override needs a reason in writing.',
    remedy: long
      ? 'Say it shorter.'
      : `Say why these records may go to a destination that does not accept their TLP: ${SHORTEST_REASON} letters or digits at least.`,
  });
}
