import type { Selection } from '../../../shared/records.ts';
import type { Tlp } from '../../../shared/tlp.ts';
import type { Route } from './outbox-store.ts';

/** A written override of a destination's highest TLP. */
export interface Override {
  id: number;
  destination: string;
  /** Where the destination went when it was written; see `placeOf` in override-desk.ts. */
  place: string;
  at: number;
  reason: string;
  /** What the destination accepted then, and the highest TLP that was let through. */
  ceiling: Tlp;
  highest: Tlp;
  records: number;
  parts: { source: string; tlp: Tlp; records: number }[];
  withdrawnAt: number | null;
  withdrawnWhy: string | null;
  /** Of its records: let through and not handed over yet, on their way, handed over. The rest it does not cover any more. */
  waiting: number;
  inFlight: number;
  handedOver: number;
}

/** What tells whether an override still fits its destination. */
export type OpenOverride = Pick<Override, 'id' | 'destination' | 'place' | 'ceiling'>;

/**
 * Written overrides of a destination's highest TLP. SPEC 3. One covers a fixed set of records: those of a selection that the plan held back
 * for their TLP when it was written; what arrives or is approved later is not covered. It ends for a record whose approval is taken back, also
 * when that is undone, and for every record when it is withdrawn. Raising the destination's ceiling changes nothing about it. A lookup that
 * goes to another place is let through nothing by it; see `endStaleOverrides` in override-desk.ts for what ends it besides.
 */
export interface OverrideStore {
  /** What an override over this selection would let through now. */
  heldBack(route: Route, selection: Selection): Pick<Override, 'records' | 'parts'> & { highest: Tlp };
  /**
   * Durable when it returns. With `expected`, only if it is about so many records.
   * @throws SluiceError `override.nothing`, `override.changed`
   */
  make(
    route: Route,
    written: Pick<Override, 'place' | 'at' | 'reason'> & { selection: Selection; expected?: number },
  ): Override;
  /**
   * Takes back what is not handed over and not on its way, durably. What is on its way and comes back is not sent again.
   * @throws SluiceError `override.gone`
   */
  withdraw(id: number, at: number, why: string | null): { override: Override; takenBack: number };
  /** Whether one lets this record through to the destination, or let it through. */
  letsThrough(destination: string, key: number): boolean;
  /** Newest first. */
  list(options: { destination?: string; before?: number; limit: number }): Override[];
  /** Those that were not withdrawn and may have something to go, the newest first. Cheap: it looks at no record. */
  open(): OpenOverride[];
  get(id: number): Override | null;
}
