import { create } from 'zustand';
import { VIEWS, type View } from '../../shared/commands.ts';

/** Where the window is: `#/sources/Name/edit` is view `sources`, path `['Name', 'edit']`. */
export interface Place {
  view: View;
  path: readonly string[];
}

const isView = (name: string | undefined): name is View => VIEWS.some((v) => v === name);

/** Reads a location hash; null when it names no view. */
export function placeOf(hash: string): Place | null {
  const [view, ...path] = hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((p) => p !== '');
  if (!isView(view)) return null;
  try {
    return { view, path: path.map(decodeURIComponent) };
  } catch {
    return { view, path: [] };
  }
}

/** The hash that {@link placeOf} reads: what links point to. */
export function href(view: View, ...path: readonly string[]): string {
  return `#/${[view, ...path.map(encodeURIComponent)].join('/')}`;
}

/** `chosen` is false until a hash or the first snapshot has said where to be. */
export const useNavigation = create<Place & { chosen: boolean }>(() => {
  const place = placeOf(location.hash);
  return { view: place?.view ?? 'review', path: place?.path ?? [], chosen: place !== null };
});

window.addEventListener('hashchange', () => {
  const place = placeOf(location.hash);
  if (place !== null) useNavigation.setState({ ...place, chosen: true });
});

export function go(view: View, ...path: readonly string[]): void {
  const to = href(view, ...path);
  if (location.hash === to) return;
  location.hash = to;
}
