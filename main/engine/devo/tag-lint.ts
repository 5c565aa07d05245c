export interface TagFinding {
  level: 'ok' | 'warning' | 'error';
  message: string;
}

/** Devo asks for tags under this many characters. Reference 1.9. */
const TOO_LONG = 1024;

/**
 * First levels that public Devo material shows: known technologies, and `my` for one's own data. No official list is public, so an unknown
 * one is a warning and never an error.
 */
const TECHNOLOGIES = new Set(
  (
    'adn antivirus app auth av backup box casb cdn cef0 cloud collector crm custom db demo devo dhcp dlp dns domains edr ' +
    'endpoint erp firewall ftp gateway helpdesk iam ics ids iot ips issuetrack mail mdm messaging mobility monitor my ' +
    'netstat network nms nac ot pam pos printer proxy scm sec siem sig stix storage survey switch syslog tap test threatintel ' +
    'uba ueba unix unknown vault vcs virtual voip vpn vuln waf web win wlan workspace'
  ).split(' '),
);

/**
 * Checks a Devo tag `technology.brand.type.subtype`. Errors are what would break the frame or be refused; warnings are what probably ends in
 * the table `unknown.unknown`. One `ok` finding when there is nothing to say. Reference 1.9; the charset is the safe subset, no formal
 * rule is public.
 */
export function lintTag(tag: string): TagFinding[] {
  if (tag === '')
    return [{ level: 'error', message: 'A tag is needed: without one Devo cannot tell the table.' }];
  const findings: TagFinding[] = [];
  const error = (message: string) => findings.push({ level: 'error', message });
  const warning = (message: string) => findings.push({ level: 'warning', message });

  if (tag.length >= TOO_LONG)
    error(`A tag has fewer than ${TOO_LONG} characters; this one has ${tag.length}.`);
  const foreign = /[^A-Za-z0-9_.-]/u.exec(tag);
  if (foreign !== null) error(foreignCharacter(foreign[0]));
  const levels = tag.split('.');
  if (levels.includes('')) error('A level is empty: no dot at the start or end, and no two in a row.');
  if (findings.length > 0) return findings;

  const technology = levels[0] ?? '';
  if (technology === 'my' && levels[1] === 'app') {
    if (levels.length < 4) warning('Own tables are my.app.<application>.<format>: four levels or more.');
    else if (levels.length > 6)
      warning('Own tables have at most my.app.<application>.<format>.<cluster>.<instance>.');
  } else if (technology === 'my' && levels[1] === 'lookup') {
    error('my.lookup… is for lookups, not for events.');
  } else {
    if (levels.length < 3) warning('Most tags have four levels: technology.brand.type.subtype.');
    if (!TECHNOLOGIES.has(technology)) {
      warning(
        `${JSON.stringify(technology)} is no technology known here. Events with a tag that Devo does not know end in the table unknown.unknown.`,
      );
    }
  }
  if (/[A-Z]/.test(technology)) warning('Devo writes technologies in lower case.');
  if (findings.length === 0) findings.push({ level: 'ok', message: 'The tag has the shape Devo expects.' });
  return findings;
}

function foreignCharacter(c: string): string {
  if (c === ' ') return 'A tag holds no space.';
  if (c === ':') return 'A tag holds no colon: a colon ends the tag on the wire.';
  const code = `U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(c) ? `${c} (${code})` : code;
  return `A tag holds letters, digits, _ . and - only; this one holds ${shown}.`;
}
