/** The start page's configuration has no business being larger. */
export const CONFIG_JS_BYTES = 2_000_000;

/** `client_id: "…"`, `clientId='…'`, `"CLIENT-ID":"…"`, also inside text whose quotes are escaped. The id itself holds no quote, space or backslash. */
const CLIENT_ID = /client[_-]?id\\?["'`]?\s{0,20}[:=]\s{0,20}\\?["'`]([^"'`\\\s]{8,128})\\?["'`]/gi;

/**
 * The client id in the text of `/assets/js/config.js`, which is never run: the first assignment that is not in a comment, whatever the
 * variable is called around it. null when there is none. Reference 6: the name of the variable is not documented.
 */
export function findClientId(script: string): string | null {
  for (const found of script.matchAll(CLIENT_ID)) {
    const lineStart = script.lastIndexOf('\n', found.index) + 1;
    const before = script.slice(Math.max(lineStart, found.index - 200), found.index);
    if (!/^\s*(\/\/|\/?\*)/.test(before)) return found[1] ?? null;
  }
  return null;
}
