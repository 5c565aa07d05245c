import { languageContent, SCORE_EXTENSION } from './sample-stix-markings.ts';
import {
  createdAt,
  dayOf,
  daysAfter,
  domainObject,
  relationship,
  type SampleObject,
} from './sample-stix-object.ts';
import type { Random } from './sample-stix-random.ts';
import {
  COUNTRIES,
  campaignName,
  domain,
  MEASURES,
  malwareName,
  organisationName,
  PHASES,
  SECTORS,
  setName,
  TECHNIQUES,
  toolName,
} from './sample-stix-words.ts';

/** What the other collections refer to. */
export interface Actors {
  objects: SampleObject[];
  victims: SampleObject[];
  malware: SampleObject[];
  techniques: SampleObject[];
  measures: SampleObject[];
  campaigns: SampleObject[];
}

export const killChain = (phase: string) => [
  { kill_chain_name: 'lockheed-martin-cyber-kill-chain', phase_name: phase },
];

function victimOf(random: Random): SampleObject {
  return domainObject(random, 'identity', {
    name: organisationName(random),
    description: 'Invented organisation that stands for a victim.',
    identity_class: 'organization',
    sectors: random.some(SECTORS, random.int(1, 2)),
  });
}

function malwareOf(random: Random): SampleObject {
  const at = createdAt(random);
  return domainObject(
    random,
    'malware',
    {
      name: malwareName(random),
      description: `Seen first in mail attachments; keeps in touch with ${domain(random)}.`,
      malware_types: random.some(
        ['backdoor', 'downloader', 'ransomware', 'remote-access-trojan', 'worm', 'keylogger'],
        random.int(1, 2),
      ),
      is_family: random.chance(0.8),
      aliases: [malwareName(random)],
      kill_chain_phases: killChain(random.pick(PHASES)),
      first_seen: dayOf(daysAfter(at, -200)),
      last_seen: dayOf(at),
      implementation_languages: random.some(['c', 'c++', 'go', 'rust', 'python', 'powershell'], 1),
      capabilities: random.some(
        [
          'captures-input-peripherals',
          'communicates-with-c2',
          'exfiltrates-data',
          'persists-after-system-reboot',
        ],
        2,
      ),
    },
    at,
  );
}

/** One intrusion set with everything around it: about 25 objects that refer to each other. */
function cluster(random: Random, shared: Actors): SampleObject[] {
  const at = createdAt(random);
  const name = setName(random);
  const set = domainObject(random, 'intrusion-set', {
    name,
    description: `${name} goes after one sector at a time and stays for months.`,
    aliases: [setName(random), `DS-${random.int(100, 999)}`],
    first_seen: dayOf(daysAfter(at, -900)),
    last_seen: dayOf(at),
    goals: ['Collect technical drawings', 'Keep a foothold'],
    resource_level: random.pick(['team', 'organization', 'club']),
    primary_motivation: random.pick(['organizational-gain', 'ideology', 'dominance', 'notoriety']),
  });
  const actor = domainObject(random, 'threat-actor', {
    name: `${name} operators`,
    description: 'The people behind the set, as far as one can tell.',
    threat_actor_types: random.some(['crime-syndicate', 'spy', 'hacker', 'activist'], 1),
    roles: ['agent', 'infrastructure-operator'],
    sophistication: random.pick(['intermediate', 'advanced', 'expert']),
    resource_level: 'organization',
    primary_motivation: 'personal-gain',
    extensions: {
      [SCORE_EXTENSION.id]: { extension_type: 'property-extension', risk_score: random.int(30, 99) },
    },
  });
  const campaign = domainObject(random, 'campaign', {
    name: campaignName(random),
    description: 'A series of mails with the same lure over some weeks.',
    first_seen: dayOf(daysAfter(at, -60)),
    last_seen: dayOf(at),
    objective: 'Obtain credentials for remote access',
  });
  const malware = malwareOf(random);
  const tool = domainObject(random, 'tool', {
    name: toolName(random),
    description: 'Freely available program, used here for unfriendly ends.',
    tool_types: random.some(
      ['credential-exploitation', 'remote-access', 'information-gathering', 'network-capture'],
      1,
    ),
    tool_version: `${random.int(1, 4)}.${random.int(0, 20)}`,
  });
  const place = random.pick(COUNTRIES);
  const location = domainObject(random, 'location', {
    name: place.name,
    region: place.region,
    latitude: place.latitude,
    longitude: place.longitude,
    precision: 50000,
  });
  const victim = random.pick(shared.victims);
  const technique = random.pick(shared.techniques);
  const measure = random.pick(shared.measures);
  const infrastructure = domainObject(random, 'infrastructure', {
    name: `${name} relay ${random.int(1, 9)}`,
    infrastructure_types: random.some(
      ['command-and-control', 'hosting-malware', 'exfiltration', 'phishing'],
      1,
    ),
    description: 'Rented server that passes traffic on.',
    first_seen: dayOf(daysAfter(at, -40)),
  });
  const incident = domainObject(random, 'incident', {
    name: `Intrusion at ${String(victim.name)}`,
    description: 'Reported by the victim; contained after four days.',
  });
  const core = [set, actor, campaign, malware, tool, location, infrastructure, incident];
  const links = [
    relationship(random, set, 'attributed-to', actor),
    relationship(random, campaign, 'attributed-to', set),
    relationship(random, set, 'uses', malware, 'Found on three hosts of the same victim.'),
    relationship(random, set, 'uses', tool),
    relationship(random, set, 'targets', victim),
    relationship(random, campaign, 'uses', technique),
    relationship(random, malware, 'uses', technique),
    relationship(random, measure, 'mitigates', technique),
    relationship(random, actor, 'located-at', location),
    relationship(random, malware, 'communicates-with', infrastructure),
    relationship(random, incident, 'attributed-to', campaign),
  ];
  const report = domainObject(random, 'report', {
    name: `${name}: what the first quarter showed`,
    description: 'Sums up the intrusions of the last months and what they have in common.',
    report_types: ['campaign', 'threat-actor'],
    published: dayOf(daysAfter(at, 25)),
    object_refs: [...core, ...links].map((object) => object.id),
    external_references: [
      {
        source_name: 'demo-desk',
        external_id: `DD-2026-${random.int(100, 999)}`,
        url: `https://reports.example.org/${random.hex(8)}`,
      },
    ],
  });
  const grouping = domainObject(random, 'grouping', {
    name: `Working set on ${name}`,
    context: 'suspicious-activity',
    object_refs: [set.id, malware.id, campaign.id],
  });
  const note = domainObject(random, 'note', {
    abstract: `Overlap between ${name} and an older set`,
    content:
      'Two of the relay hosts were used by an older set two years ago. The link is weak: both rented from the same provider.',
    authors: ['Demo desk, second shift'],
    object_refs: [set.id],
  });
  const opinion = domainObject(random, 'opinion', {
    explanation: 'The attribution rests on one shared certificate.',
    opinion: random.pick(['strongly-disagree', 'disagree', 'neutral', 'agree', 'strongly-agree']),
    object_refs: [links[0]?.id ?? set.id],
  });
  const translated = languageContent(
    set,
    random.uuid(),
    `${name} (DE)`,
    'Geht eine Branche nach der anderen an und bleibt monatelang.',
  );
  return [...core, ...links, report, grouping, note, opinion, translated];
}

/** The collection "Intrusion sets and campaigns": about `count` objects. */
export function actors(random: Random, count: number): Actors {
  const out: Actors = {
    objects: [],
    victims: Array.from({ length: 12 }, () => victimOf(random)),
    malware: [],
    techniques: TECHNIQUES.map(([name, phase, description], i) =>
      domainObject(random, 'attack-pattern', {
        name,
        description,
        kill_chain_phases: killChain(phase),
        external_references: [
          { source_name: 'demo-techniques', external_id: `DT-${String(i + 1).padStart(4, '0')}` },
        ],
      }),
    ),
    measures: MEASURES.map(([name, description]) =>
      domainObject(random, 'course-of-action', { name, description }),
    ),
    campaigns: [],
  };
  out.objects.push(...out.victims, ...out.techniques, ...out.measures);
  do out.objects.push(...cluster(random, out));
  while (out.objects.length < count);
  out.malware = out.objects.filter((object) => object.type === 'malware');
  out.campaigns = out.objects.filter((object) => object.type === 'campaign');
  return out;
}
