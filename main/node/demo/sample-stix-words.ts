import type { Random } from './sample-stix-random.ts';

/** Word lists of our own. Everything named here is invented; addresses and domains are from documentation ranges only. */

const SET_FIRST =
  'Pewter Lichen Gravel Tallow Umber Vellum Ochre Cobble Fennel Sorrel Bracken Flint Sedge Marl Dusk'.split(
    ' ',
  );
const SET_SECOND =
  'Windlass Lathe Bellows Trellis Gimlet Sextant Plumbline Lectern Thimble Anvil Spindle Awl Capstan'.split(
    ' ',
  );
const MALWARE_FIRST =
  'Soot Brine Murk Wick Gloam Thatch Rind Silt Mildew Cinder Barb Husk Quill Burr Smelt'.split(' ');
const MALWARE_SECOND = 'Lantern Moth Heron Sieve Latch Ferret Drip Kettle Loom Wedge Tick Ladle Crank'.split(
  ' ',
);
const TOOL_NAMES =
  'portrake hashcomb ticketlift shadowcopyist dirsweep tunnelbore logshave credsift pathwalker'.split(' ');
const ORG_FIRST =
  'Velmara Ostrin Kalvion Brenoth Tarskel Ildery Morvane Quessel Harnwick Yestrel Pellorin Dravost'.split(
    ' ',
  );
const ORG_SECOND = [
  'Energy',
  'Water Works',
  'Savings Bank',
  'Clinics',
  'Freight',
  'University',
  'Telecom',
  'Foundry',
  'Port Authority',
];
const HOST_WORDS =
  'mail cdn login update static vpn portal files sync assets docs api status billing relay edge img'.split(
    ' ',
  );
const HOST_NOISE =
  'harbor lumen orchard pebble cobalt juniper marble saffron walnut meadow cedar copper velvet garnet'.split(
    ' ',
  );
const ZONES = ['example.com', 'example.net', 'example.org', 'test', 'invalid'];
const PRODUCTS = [
  'Orlin Gateway',
  'Tessarin Mail Server',
  'Quorra VPN',
  'Maplin Build Agent',
  'Heliod CMS',
  'Brisk PDF Viewer',
  'Nomad File Share',
  'Kettle Job Scheduler',
];
const WEAKNESSES = [
  'heap overflow',
  'path traversal',
  'authentication bypass',
  'use after free',
  'unsafe deserialisation',
  'command injection',
  'server-side request forgery',
  'SQL injection',
];

export const SECTORS = [
  'energy',
  'water',
  'financial-services',
  'healthcare',
  'transportation',
  'education',
  'telecommunications',
  'manufacturing',
  'government-local',
];
export const COUNTRIES = [
  { name: 'Northern Europe', region: 'northern-europe', latitude: 60.5, longitude: 15.25 },
  { name: 'Southern Africa', region: 'southern-africa', latitude: -25.75, longitude: 25.5 },
  { name: 'Central America', region: 'central-america', latitude: 14.5, longitude: -88.25 },
  { name: 'South-Eastern Asia', region: 'south-eastern-asia', latitude: 8.75, longitude: 106.5 },
  { name: 'Western Europe', region: 'western-europe', latitude: 48.25, longitude: 4.75 },
  { name: 'Polynesia', region: 'polynesia', latitude: -14.5, longitude: -171.25 },
];
export const PHASES = [
  'reconnaissance',
  'weaponization',
  'delivery',
  'exploitation',
  'installation',
  'command-and-control',
  'actions-on-objectives',
];
export const TECHNIQUES = [
  [
    'Invoice lure with a macro document',
    'delivery',
    'Sends a document that looks like an invoice and asks the reader to enable its macro.',
  ],
  [
    'Beacon in ordinary web traffic',
    'command-and-control',
    'Hides commands and answers in requests that look like page loads.',
  ],
  [
    'Scheduled task for a return visit',
    'installation',
    'Registers a task that starts the implant at every log-on.',
  ],
  [
    'Archive and leave by the mail gateway',
    'actions-on-objectives',
    'Packs what was found and sends it out in small attachments.',
  ],
  [
    'Password guessing against the VPN',
    'exploitation',
    'Tries a short list of passwords against many accounts, slowly.',
  ],
  [
    'Harvest of staff lists',
    'reconnaissance',
    'Collects names and addresses from public pages before a campaign starts.',
  ],
  [
    'Signed driver to switch off defences',
    'exploitation',
    'Loads an old but signed driver and uses its flaw to stop the endpoint agent.',
  ],
  [
    'Lateral move over remote shares',
    'installation',
    'Copies itself to administrative shares with credentials taken from memory.',
  ],
  ['Name-server tunnel', 'command-and-control', 'Carries data in long host names of name lookups.'],
  [
    'Encrypt file shares at night',
    'actions-on-objectives',
    'Encrypts shares outside working hours and leaves a note in each folder.',
  ],
] as const;
export const MEASURES = [
  ['Block macros from outside', 'Disallow macros in documents that arrived by mail or download.'],
  [
    'Second factor on the VPN',
    'Require a second factor for every remote log-on, without exceptions for service accounts.',
  ],
  ['Egress allow list', 'Let servers reach only the hosts they need, and log what is refused.'],
  ['Driver block list', 'Refuse to load drivers that are known to be abused.'],
  ['Rotate exposed credentials', 'Change every password and key that was used on an affected host.'],
] as const;

const two = (random: Random, a: readonly string[], b: readonly string[], glue: string) =>
  `${random.pick(a)}${glue}${random.pick(b)}`;

export const setName = (random: Random) => two(random, SET_FIRST, SET_SECOND, ' ');
export const malwareName = (random: Random) => two(random, MALWARE_FIRST, MALWARE_SECOND, '');
export const organisationName = (random: Random) => two(random, ORG_FIRST, ORG_SECOND, ' ');
export const toolName = (random: Random) => `${random.pick(TOOL_NAMES)}-${random.int(1, 9)}`;
export const campaignName = (random: Random) =>
  `Operation ${random.pick(SET_FIRST)} ${random.pick(HOST_NOISE)}`;
export const productName = (random: Random) => random.pick(PRODUCTS);
export const weaknessName = (random: Random) => random.pick(WEAKNESSES);
export const hostLabel = (random: Random) => random.pick(HOST_WORDS);

/** Host under a domain nobody can register. RFC 2606, RFC 6761. */
export function domain(random: Random): string {
  const tail = random.int(1, 99);
  return `${random.pick(HOST_WORDS)}.${random.pick(HOST_NOISE)}-${random.pick(HOST_NOISE)}${tail}.${random.pick(ZONES)}`;
}
/** RFC 5737. */
export const ipv4 = (random: Random) =>
  `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.int(1, 254)}`;
/** RFC 3849. */
export const ipv6 = (random: Random) => `2001:db8:${random.hex(4)}:${random.hex(4)}::${random.int(1, 9999)}`;
/** RFC 7042 section 2.1.2: 00-00-5E-00-53-00 to FF is for documentation. */
export const mac = (random: Random) => `00:00:5e:00:53:${random.hex(2)}`;
/** RFC 5398. */
export const asNumber = (random: Random) => random.int(64496, 64511);
export const mailbox = (random: Random) =>
  `${random.pick(['accounts', 'hr', 'billing', 'support', 'office', 'it-desk'])}${random.int(1, 99)}@${random.pick(HOST_NOISE)}.example`;
/** No CVE of 2099 can exist yet. */
export const cve = (random: Random) => `CVE-2099-${random.int(10000, 99999)}`;
