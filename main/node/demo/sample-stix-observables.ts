import { literal, markings, type SampleObject } from './sample-stix-object.ts';
import { observableId, type Random } from './sample-stix-random.ts';
import {
  asNumber,
  domain,
  hostLabel,
  ipv4,
  ipv6,
  mac,
  mailbox,
  malwareName,
  productName,
} from './sample-stix-words.ts';

type Own = Readonly<Record<string, unknown>>;

/** An observable whose id follows from `contributing`; `rest` does not count for it. STIX 2.1 section 2.9. */
function observable(random: Random, type: string, contributing: Own, rest: Own = {}): SampleObject {
  return {
    type,
    id: observableId(type, contributing),
    spec_version: '2.1',
    ...contributing,
    ...rest,
    ...(random.chance(0.3) ? markings(random) : {}),
  };
}

const hashes = (r: Random) => ({ MD5: r.hex(32), 'SHA-1': r.hex(40), 'SHA-256': r.hex(64) });
const somewhen = (r: Random) =>
  `2026-0${r.int(1, 3)}-${String(r.int(1, 28)).padStart(2, '0')}T${String(r.int(0, 23)).padStart(2, '0')}:${String(r.int(0, 59)).padStart(2, '0')}:${String(r.int(0, 59)).padStart(2, '0')}.${r.int(100, 999)}Z`;

function network(r: Random): SampleObject[] {
  const number = asNumber(r);
  const as = observable(
    r,
    'autonomous-system',
    { number },
    { name: `AS ${number} for examples`, rir: 'RIPE' },
  );
  const card = observable(r, 'mac-addr', { value: mac(r) });
  const v4 = observable(
    r,
    'ipv4-addr',
    { value: ipv4(r) },
    { belongs_to_refs: [as.id], resolves_to_refs: [card.id] },
  );
  const peer = observable(r, 'ipv4-addr', { value: ipv4(r) });
  const v6 = observable(r, 'ipv6-addr', { value: ipv6(r) });
  const name = observable(r, 'domain-name', { value: domain(r) }, { resolves_to_refs: [v4.id, v6.id] });
  const url = observable(r, 'url', {
    value: `https://${String(name.value)}/${hostLabel(r)}/${r.hex(5)}.php`,
  });
  const traffic = observable(
    r,
    'network-traffic',
    {
      start: somewhen(r),
      src_ref: peer.id,
      dst_ref: v4.id,
      src_port: r.int(20000, 60000),
      dst_port: r.pick([53, 80, 443, 8080, 8443]),
      protocols: ['ipv4', 'tcp', 'https'],
    },
    {
      is_active: false,
      src_byte_count: r.int(100, 90000),
      dst_byte_count: r.int(100, 9000000),
      extensions: {
        'http-request-ext': {
          request_method: 'get',
          request_value: '/gate.php',
          request_header: { 'User-Agent': ['demo/1.0'] },
        },
      },
    },
  );
  return [as, card, v4, peer, v6, name, url, traffic];
}

function host(r: Random): SampleObject[] {
  const folder = observable(
    r,
    'directory',
    { path: `C:\\Users\\Public\\${r.hex(6)}` },
    { mtime: somewhen(r) },
  );
  const name = `${malwareName(r).toLowerCase()}.exe`;
  const payload = observable(
    r,
    'artifact',
    { hashes: hashes(r), payload_bin: Buffer.from(`not a real payload ${r.hex(8)}`).toString('base64') },
    { mime_type: 'application/octet-stream' },
  );
  const file = observable(
    r,
    'file',
    { hashes: hashes(r), name, parent_directory_ref: folder.id },
    {
      size: r.int(1000, 9_000_000),
      content_ref: payload.id,
      mime_type: 'application/x-dosexec',
      extensions: {
        'windows-pebinary-ext': {
          pe_type: 'exe',
          number_of_sections: 4,
          sections: [{ name: '.text', entropy: literal('6.50') }],
        },
      },
    },
  );
  const account = observable(
    r,
    'user-account',
    {
      user_id: `S-1-5-21-${r.int(1000, 9999)}-${r.int(1000, 9999)}`,
      account_login: `${hostLabel(r)}-svc`,
      account_type: 'windows-domain',
    },
    { display_name: 'Service account', is_service_account: true },
  );
  // Nothing identifies a process for good: its id is random. STIX 2.1 section 6.13.
  const process: SampleObject = {
    type: 'process',
    id: `process--${r.uuid()}`,
    spec_version: '2.1',
    pid: r.int(400, 9000),
    command_line: `"C:\\Users\\Public\\${name}" /q /s`,
    cwd: 'C:\\Users\\Public',
    created_time: somewhen(r),
    creator_user_ref: account.id,
    image_ref: file.id,
  };
  const key = observable(
    r,
    'windows-registry-key',
    {
      key: `HKEY_CURRENT_USER\\Software\\Demo\\${r.hex(4)}`,
      values: [{ name: 'Run', data: `C:\\Users\\Public\\${name}`, data_type: 'REG_SZ' }],
    },
    { modified_time: somewhen(r), creator_user_ref: account.id },
  );
  const mutex = observable(r, 'mutex', { name: `Global\\${r.hex(10)}` });
  const software = observable(
    r,
    'software',
    { name: productName(r), vendor: 'Invented Vendor', version: `${r.int(1, 9)}.${r.int(0, 30)}` },
    { languages: ['en'] },
  );
  return [folder, payload, file, account, process, key, mutex, software];
}

function mail(r: Random): SampleObject[] {
  const from = observable(r, 'email-addr', { value: mailbox(r) }, { display_name: 'Accounts' });
  const to = observable(r, 'email-addr', { value: mailbox(r) });
  const message = observable(
    r,
    'email-message',
    {
      from_ref: from.id,
      subject: r.pick([
        'Your invoice is overdue',
        'Updated travel rules',
        'Password will expire today',
        'Parcel waiting',
      ]),
      body: 'Please see the attached document.',
    },
    {
      is_multipart: false,
      date: somewhen(r),
      to_refs: [to.id],
      message_id: `<${r.hex(12)}@mail.example>`,
      additional_header_fields: { 'X-Mailer': ['demo 1.0'] },
    },
  );
  const certificate = observable(
    r,
    'x509-certificate',
    { hashes: { 'SHA-256': r.hex(64) }, serial_number: r.hex(20) },
    {
      is_self_signed: true,
      issuer: `CN=${domain(r)}`,
      subject: `CN=${domain(r)}`,
      validity_not_before: '2026-01-01T00:00:00Z',
      validity_not_after: '2027-01-01T00:00:00Z',
    },
  );
  return [from, to, message, certificate];
}

/** A handful of observables that refer to each other, all kinds in turn. */
export function observables(random: Random): SampleObject[] {
  return random.pick([network, network, host, mail])(random);
}

/** One of every kind: the 18 observable types of STIX 2.1 section 6. */
export function everyObservable(random: Random): SampleObject[] {
  return [...network(random), ...host(random), ...mail(random)];
}
