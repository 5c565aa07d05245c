import type { ReactNode } from 'react';
import type { RecordRow, RecordSort } from '../../../shared/records.ts';
import type { Family } from '../../state/family.ts';
import { type ColumnChoice, type ColumnSet, prefer, usePreferences } from '../../state/preferences.ts';

export interface Column {
  readonly id: string;
  readonly title: string;
  /** px; null takes what is left. */
  readonly width: number | null;
  readonly sort?: RecordSort['by'];
  readonly numeric?: boolean;
  readonly hidden?: boolean;
  readonly cell: (row: RecordRow) => ReactNode;
}

/** The narrowest the column without a width gets, px. */
export const FLEXIBLE_MIN = 176;

export interface ShownColumn extends Column {
  readonly shown: boolean;
}

/** Choices are remembered a family; a table of several families has its own. */
export const setOf = (family: Family | null): ColumnSet => family ?? 'all';

/** All columns in the analyst's order, with what is shown and how wide. New columns come last. Pure. */
export function arrange(known: readonly Column[], choices: readonly ColumnChoice[] | null): ShownColumn[] {
  const byId = new Map(known.map((c) => [c.id, c]));
  const out: ShownColumn[] = [];
  for (const choice of choices ?? []) {
    const column = byId.get(choice.id);
    if (column === undefined) continue;
    byId.delete(choice.id);
    out.push({ ...column, shown: choice.shown, width: choice.width ?? column.width });
  }
  for (const column of byId.values()) out.push({ ...column, shown: column.hidden !== true });
  return out;
}

/** CSS grid columns for the shown ones, the selection cell first. */
export function template(columns: readonly ShownColumn[]): string {
  return [
    '34px',
    ...columns.map((c) => (c.width === null ? `minmax(${FLEXIBLE_MIN}px, 1fr)` : `${c.width}px`)),
  ].join(' ');
}

/** The least width all shown columns need, px. */
export function leastWidth(columns: readonly ShownColumn[]): number {
  return 34 + columns.reduce((sum, c) => sum + (c.width ?? FLEXIBLE_MIN), 0);
}

/** Changes how one family's columns are arranged, and remembers it. */
export class Arrangement {
  readonly #set: ColumnSet;
  readonly #known: readonly Column[];

  constructor(family: Family | null, known: readonly Column[]) {
    this.#set = setOf(family);
    this.#known = known;
  }

  show(id: string, shown: boolean): void {
    this.#save(this.#now().map((c) => (c.id === id ? { ...c, shown } : c)));
  }

  resize(id: string, width: number): void {
    const kept = Math.max(56, Math.min(900, Math.round(width)));
    this.#save(this.#now().map((c) => (c.id === id ? { ...c, width: kept } : c)));
  }

  move(id: string, by: -1 | 1): void {
    const columns = this.#now();
    const at = columns.findIndex((c) => c.id === id);
    const to = at + by;
    const [moved] = columns.splice(at, 1);
    if (moved === undefined || to < 0 || to > columns.length) return;
    columns.splice(to, 0, moved);
    this.#save(columns);
  }

  reset(): void {
    const { [this.#set]: _usual, ...rest } = usePreferences.getState().columnSets;
    prefer({ columnSets: rest });
  }

  #now(): ShownColumn[] {
    return arrange(this.#known, usePreferences.getState().columnSets[this.#set] ?? null);
  }

  #save(columns: readonly ShownColumn[]): void {
    const own = new Map(this.#known.map((c) => [c.id, c.width]));
    const choices = columns.map((c) => ({
      id: c.id,
      shown: c.shown,
      width: c.width === own.get(c.id) ? null : c.width,
    }));
    prefer({ columnSets: { ...usePreferences.getState().columnSets, [this.#set]: choices } });
  }
}
