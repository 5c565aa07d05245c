import { type BrowserWindow, dialog, shell } from 'electron';

/** Longer than any address that a person could judge. */
const LONGEST_URL = 2048;
const SHOWN_URL = 300;

/** An address that may be opened outside, as it is shown to a person: its host in ASCII, so that no letter passes for another. */
export interface ExternalLink {
  url: string;
  host: string;
  encrypted: boolean;
}

/**
 * Reads an address that came from the page, which shows what feeds say. null: not one to be opened outside. Only https and http, no
 * user name or password inside (they make a host look like another), no control characters, of bounded length. Electron security list, 15.
 */
export function externalLink(text: unknown): ExternalLink | null {
  if (typeof text !== 'string' || text.length > LONGEST_URL || hasControlCharacter(text)) return null;
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  if (url.username !== '' || url.password !== '' || url.host === '') return null;
  return { url: url.href, host: url.host, encrypted: url.protocol === 'https:' };
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === 0x7f) return true;
  }
  return false;
}

let asking = false;

/**
 * The one way out: opens an address of the page in the system's browser after its owner has seen the host and agreed. Everything else is
 * refused in silence, and so is a second question while one is open. @param window parent of the question.
 */
export async function openExternal(window: BrowserWindow, text: unknown): Promise<void> {
  const link = externalLink(text);
  if (link === null || asking || window.isDestroyed()) return;
  asking = true;
  try {
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: `Open ${link.host} in your browser?`,
      detail: [
        'The address comes from a record. The server will learn your address and the time.',
        ...(link.encrypted ? [] : ['The connection is not encrypted.']),
        '',
        link.url.length > SHOWN_URL ? `${link.url.slice(0, SHOWN_URL)}…` : link.url,
      ].join('\n'),
      buttons: ['Cancel', 'Open'],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    if (response === 1) await shell.openExternal(link.url);
  } finally {
    asking = false;
  }
}
