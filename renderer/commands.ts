import { useEffect, useRef } from 'react';
import { type CommandId, commandFor, VIEWS } from '../shared/commands.ts';
import { bridge } from './bridge.ts';
import { isMac, isTyping } from './keyboard.ts';
import { go, useNavigation } from './state/navigation.ts';

/** What each command does right now. A command without an entry is neither in the palette nor answers its keys. */
const handlers = new Map<CommandId, () => void>();

/** Gives a command its meaning while the component is mounted (and `when` holds). */
export function useCommand(id: CommandId, handler: () => void, when = true): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    if (!when) return;
    const own = () => latest.current();
    handlers.set(id, own);
    return () => {
      if (handlers.get(id) === own) handlers.delete(id);
    };
  }, [id, when]);
}

export function isAvailable(id: CommandId): boolean {
  return handlers.has(id);
}

export function run(id: CommandId): void {
  handlers.get(id)?.();
}

/** Does what the host asks for: a choice in the native menu, a place that the tray or a notification leads to. */
export function listenToHost(): () => void {
  return bridge.onRequest((request) => {
    if ('command' in request) run(request.command);
    else {
      const [view, ...path] = request.place;
      const known = VIEWS.find((v) => v === view);
      if (known !== undefined) go(known, ...path);
    }
  });
}

/** Listens for the shortcuts of the whole window. */
export function listenForKeys(): () => void {
  // Looked at before anybody else has the key: the Escape that closes a dialog must not mean anything to what is under it.
  let covered = false;
  const look = () => {
    covered = document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]') !== null;
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const found = commandFor(event, {
      view: useNavigation.getState().view,
      mac: isMac,
      typing: isTyping(event.target),
    });
    if (found === null || !handlers.has(found.id)) return;
    // A dialog or an open menu keeps the keys to itself.
    if (covered && !found.whileTyping) return;
    event.preventDefault();
    run(found.id);
  };
  window.addEventListener('keydown', look, true);
  window.addEventListener('keydown', onKey);
  return () => {
    window.removeEventListener('keydown', look, true);
    window.removeEventListener('keydown', onKey);
  };
}
