import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromiumPath } from './chromium.ts';

/** Programs of the system that some suites need. */
const NEEDED: readonly { what: string; packages: string[]; found: () => boolean; without: string }[] = [
  {
    what: 'Chromium',
    packages: ['chromium'],
    found: () => chromiumPath() !== null,
    without: 'the end-to-end suite fails',
  },
  {
    what: 'rsyslog with TLS',
    packages: ['rsyslog', 'rsyslog-gnutls'],
    found: () =>
      existsSync('/usr/sbin/rsyslogd') &&
      ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib', '/usr/lib64'].some((d) =>
        existsSync(`${d}/rsyslog/lmnsd_gtls.so`),
      ),
    without: 'delivery to rsyslog is not tried',
  },
];

/** Installs what is missing where it may (root on a Debian); otherwise says in one line what to install. Answers what will not be run. */
export function prepareSystem(): string[] {
  const missing = NEEDED.filter((need) => !need.found());
  if (missing.length === 0) return [];
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (mayInstall) {
    const packages = missing.flatMap((need) => need.packages);
    process.stdout.write(`Installing ${packages.join(', ')} for the tests.\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore', env, timeout: 300_000 });
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], {
      stdio: 'ignore',
      env,
      timeout: 600_000,
    });
  }
  return missing
    .filter((need) => !need.found())
    .map((need) => `${need.what} is missing, ${need.without}; install ${need.packages.join(' ')}.`);
}
