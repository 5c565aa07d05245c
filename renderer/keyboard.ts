/** Whether Mod means Cmd. Asked of the platform once; nothing else here depends on it. */
export const isMac = /mac/i.test(navigator.platform);

/** True while what has the focus takes text: single-key shortcuts are silent then. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range)$/.test(target.type);
}
