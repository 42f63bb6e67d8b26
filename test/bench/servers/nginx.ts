/** nginx with a configuration of its own in a temporary folder: one process on core 0, answers from memory. */
import { mkdirSync, mkdtempSync, chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificate } from '../../../libs/engine/src/http/testing/certificate.js';
import { freePort } from '../../support/free-port.js';
import { untilListening } from '../harness/until-listening.js';
import { end, installed, type Server, serverCore, start } from '../harness/pinned-process.js';

export const nginxMissing = 'not installed: apt-get install nginx';
export const haveNginx = (): boolean => installed('nginx');

/** Body of `/large.txt`: 100 kB of text. */
const largeBody = 'loadstar 100 kB\n'.repeat(6_400);

export interface Nginx extends Server {
  readonly secureUrl: string;
}

export async function startNginx(parent: string): Promise<Nginx> {
  const folder = mkdtempSync(join(parent, 'nginx-'));
  // The worker may run as another user than who started it.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'large.txt'), largeBody);
  writeFileSync(join(folder, 'cert.pem'), certificate.cert);
  writeFileSync(join(folder, 'key.pem'), certificate.key);
  const [port, securePort] = [await freePort(), await freePort()];
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, securePort));
  const child = start(serverCore, 'nginx', ['-c', join(folder, 'nginx.conf')], { cwd: folder });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    await untilListening(port, 'nginx');
  } catch (error) {
    throw new Error(`nginx: ${said.slice(0, 300)}`, { cause: error });
  }
  const [url, secureUrl] = [`http://127.0.0.1:${port}`, `https://127.0.0.1:${securePort}`];
  return { url, secureUrl, child, close: () => end(child) };
}

function configuration(folder: string, port: number, securePort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((what) => `${what}_temp_path ${folder}/${what};`)
    .join(' ');
  return `daemon off; master_process off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; default_type application/json;
  open_file_cache max=10; ${temporary}
  ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem; ssl_session_cache shared:s:1m;
  server {
    listen 127.0.0.1:${port} backlog=4096; listen 127.0.0.1:${securePort} ssl backlog=4096; root ${folder}/files;
    location = / { return 200 '{"id":1,"name":"user name"}'; }
    location = /json { return 200 '{"ok":true,"user":{"id":1,"name":"user name"}}'; }
  }
}
`;
}
