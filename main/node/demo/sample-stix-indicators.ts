import type { Actors } from './sample-stix-actors.ts';
import { killChain } from './sample-stix-actors.ts';
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
  cve,
  domain,
  ipv4,
  ipv6,
  mailbox,
  malwareName,
  PHASES,
  productName,
  weaknessName,
} from './sample-stix-words.ts';

type Shape = (random: Random) => { name: string; pattern: string };

const SIMPLE: Shape[] = [
  (r) => {
    const ip = ipv4(r);
    return { name: `Malicious host ${ip}`, pattern: `[ipv4-addr:value = '${ip}']` };
  },
  (r) => {
    const ip = ipv6(r);
    return { name: `Scanner ${ip}`, pattern: `[ipv6-addr:value = '${ip}']` };
  },
  (r) => {
    const name = domain(r);
    return { name: `Lookalike domain ${name}`, pattern: `[domain-name:value = '${name}']` };
  },
  (r) => {
    const host = domain(r);
    return {
      name: `Download page on ${host}`,
      pattern: `[url:value = 'https://${host}/get/${r.hex(6)}?id=${r.int(1, 999)}']`,
    };
  },
  (r) => {
    const hash = r.hex(64);
    return {
      name: `${malwareName(r)} sample ${hash.slice(0, 12)}`,
      pattern: `[file:hashes.'SHA-256' = '${hash}']`,
    };
  },
  (r) => ({ name: `Sender of lures`, pattern: `[email-addr:value = '${mailbox(r)}']` }),
];
const COMPLEX: Shape[] = [
  (r) => ({
    name: `Dropper ${malwareName(r)}`,
    pattern: `[file:hashes.MD5 = '${r.hex(32)}' OR file:hashes.'SHA-256' = '${r.hex(64)}']`,
  }),
  (r) => ({
    name: 'Run key of an implant',
    pattern: `[windows-registry-key:key = 'HKEY_CURRENT_USER\\\\Software\\\\Demo\\\\Run' AND windows-registry-key:values[*].name = '${r.hex(6)}']`,
  }),
  (r) => ({
    name: 'Beacon after download',
    pattern: `([url:value LIKE 'http://%/gate.php'] FOLLOWEDBY [network-traffic:dst_ref.value = '${ipv4(r)}' AND network-traffic:dst_port = 8443]) WITHIN 600 SECONDS`,
  }),
  (r) => ({
    name: 'Any of three relays',
    pattern: `[ipv4-addr:value IN ('${ipv4(r)}', '${ipv4(r)}', '${ipv4(r)}')]`,
  }),
];

function indicator(random: Random): SampleObject {
  const { name, pattern } = random.pick(random.chance(0.82) ? SIMPLE : COMPLEX)(random);
  const at = createdAt(random);
  const rule = random.chance(0.04);
  return domainObject(
    random,
    'indicator',
    {
      name: rule ? `Rule for ${malwareName(random)}` : name,
      description: `Seen ${random.int(2, 90)} times on perimeter sensors.`,
      indicator_types: random.some(
        ['malicious-activity', 'anomalous-activity', 'compromised', 'anonymization', 'attribution'],
        1,
      ),
      pattern: rule
        ? `rule demo_${random.hex(6)} { strings: $a = "${random.hex(10)}" condition: $a }`
        : pattern,
      pattern_type: rule ? 'yara' : 'stix',
      ...(rule ? {} : { pattern_version: '2.1' }),
      valid_from: random.chance(0.5) ? dayOf(at) : at,
      ...(random.chance(0.7) ? { valid_until: dayOf(daysAfter(at, random.int(30, 400))) } : {}),
      kill_chain_phases: killChain(random.pick(PHASES)),
      labels: random.some(['perimeter', 'blocklist', 'watch', 'phishing', 'scanner'], random.int(1, 2)),
      ...(random.chance(0.2)
        ? {
            external_references: [
              { source_name: 'demo-tickets', external_id: `TCK-${random.int(1000, 9999)}` },
            ],
          }
        : {}),
    },
    at,
  );
}

/** The collection "Perimeter indicators": indicators, what they indicate, and who saw them. */
export function indicators(random: Random, count: number, known: Actors): SampleObject[] {
  const out: SampleObject[] = [];
  while (out.length < count) {
    const found = indicator(random);
    out.push(found);
    if (random.chance(0.3)) out.push(relationship(random, found, 'indicates', random.pick(known.malware)));
    if (random.chance(0.08)) out.push(relationship(random, found, 'indicates', random.pick(known.campaigns)));
    if (random.chance(0.2)) {
      const seen = daysAfter(String(found.created), 3);
      out.push(
        domainObject(random, 'sighting', {
          sighting_of_ref: found.id,
          where_sighted_refs: random.some(known.victims, random.int(1, 2)).map((victim) => victim.id),
          count: random.int(1, 5000),
          first_seen: seen,
          last_seen: daysAfter(seen, random.int(1, 20)),
          summary: random.chance(0.3),
        }),
      );
    }
  }
  return out;
}

/** The collection "Vulnerabilities": vulnerabilities, the software they are in, and what helps. */
export function vulnerabilities(random: Random, count: number, known: Actors): SampleObject[] {
  const out: SampleObject[] = [];
  while (out.length < count) {
    const id = cve(random);
    const product = productName(random);
    const weakness = weaknessName(random);
    const found = domainObject(random, 'vulnerability', {
      name: id,
      description: `A ${weakness} in ${product} ${random.int(1, 9)}.${random.int(0, 30)} lets a remote caller run code.`,
      external_references: [
        { source_name: 'cve', external_id: id },
        {
          source_name: 'demo-advisories',
          external_id: `ADV-${random.int(100, 999)}`,
          url: `https://advisories.example.org/${id.toLowerCase()}`,
        },
      ],
      labels: random.some(['exploited', 'patch-available', 'no-patch', 'proof-of-concept'], 1),
    });
    out.push(found);
    if (random.chance(0.4)) {
      const fix = domainObject(random, 'course-of-action', {
        name: `Update ${product}`,
        description: `Install the release that closes ${id}, or switch the service off until then.`,
      });
      out.push(fix, relationship(random, fix, 'mitigates', found));
    }
    if (random.chance(0.25)) out.push(relationship(random, random.pick(known.malware), 'exploits', found));
    if (random.chance(0.15)) {
      out.push(
        domainObject(random, 'note', {
          abstract: `Seen used against ${product}`,
          content: `Honeypots met attempts against ${id} from ${ipv4(random)} within two days.`,
          object_refs: [found.id],
        }),
      );
    }
  }
  return out;
}
