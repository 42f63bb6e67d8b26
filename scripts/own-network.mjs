// Runs a benchmark in a network namespace of its own: on the host's network every packet also passes the host's firewall
// (Docker's rules, connection tracking), which is an eighth of what the cheapest tools cost a request and says nothing of them.
import { spawn, spawnSync } from 'node:child_process';

/** As root, or as anybody where users may have namespaces. */
const ways = [['--net'], ['--user', '--map-root-user', '--net']];
const loopbackUp = 'ip link set lo up';

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<number> | undefined} its exit code; undefined where no namespace can be had (unshare, ip, rights)
 */
export function runInOwnNetwork(command, args) {
  const way = ways.find((flags) => {
    const tried = spawnSync('unshare', [...flags, 'sh', '-c', loopbackUp], { stdio: 'ignore' });
    return tried.status === 0;
  });
  if (way === undefined) return undefined;
  const child = spawn('unshare', [...way, 'sh', '-c', `${loopbackUp} && exec "$@"`, 'sh', command, ...args], {
    stdio: 'inherit',
    env: { ...process.env, LOADSTAR_BENCH_NETWORK: 'own' },
  });
  // From a terminal both get it; the child decides when it ends.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
