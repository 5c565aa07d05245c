import type { CtciSettings } from '../../../../shared/settings-ctci.ts';
import type { CursorState } from '../source.ts';

/** Where the list stands, as of the last pull that came to its end. */
export interface CewlCursor {
  /** The highest id_ref ever seen. */
  idRef: number | null;
  /** Epoch ms of the last whole comparison. */
  comparedAt: number | null;
  /** Rows of the list then. */
  rows: number;
  /** Which part of the list the settings asked for. */
  basis: string;
  /** The rows that the last pull missed and did not dare to call gone: how many, and which. */
  missing: { rows: number; mark: number } | null;
}

export function basisOf(settings: Pick<CtciSettings, 'path' | 'partitions'>): string {
  return JSON.stringify([settings.path, settings.partitions]);
}

/** Reads a stored cursor; anything that cannot be read is a fresh one. */
export function readCursor(state: CursorState | null): CewlCursor | null {
  if (state === null || typeof state.basis !== 'string') return null;
  const { missing } = state;
  const mark = typeof missing === 'object' && missing !== null ? (missing as Record<string, unknown>) : null;
  return {
    idRef: numeric(state.idRef),
    comparedAt: numeric(state.comparedAt),
    rows: numeric(state.rows) ?? 0,
    basis: state.basis,
    missing: mark === null ? null : { rows: numeric(mark.rows) ?? 0, mark: numeric(mark.mark) ?? 0 },
  };
}

export function writeCursor(cursor: CewlCursor): CursorState {
  return { ...cursor };
}

function numeric(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
