import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from './tools.js';

function serve(listener: RequestListener): Promise<Service> {
  const server = createServer(listener);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      resolve({
        address,
        url: `http://${address}`,
        end: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

/**
 * Speaks as cAdvisor does, because nothing installs cAdvisor outside containers: names, labels and types of its page as
 * recorded from version 0.49 under Compose, values that move with time. What it is worth: the expressions over containers
 * fit cAdvisor's names and survive the relabelling; test:compose has the real containers.
 */
export function startCadvisor(services: readonly string[]): Promise<Service> {
  const startedMs = Date.now();
  return serve((_request, response) => {
    const nowS = Date.now() / 1000;
    const lines: string[] = [];
    services.forEach((service, index) => {
      const name = `loadstar-${service}-1`;
      const id = `id="/system.slice/docker-${index}.scope",image="loadstar-${service}",name="${name}"`;
      const compose = `container_label_com_docker_compose_project="loadstar",container_label_com_docker_compose_service="${service}"`;
      const put = (metric: string, value: number, more = ''): void => {
        lines.push(`${metric}{${compose},${more}${id}} ${value}`);
      };
      put('container_last_seen', Math.floor(nowS));
      put('container_start_time_seconds', Math.floor(startedMs / 1000) - 100);
      put('container_cpu_usage_seconds_total', (nowS - startedMs / 1000) * 0.1 * (index + 1), 'cpu="total",');
      put('container_memory_working_set_bytes', 50e6 * (index + 1));
      put('container_spec_memory_limit_bytes', 512e6);
      put('container_network_receive_bytes_total', (nowS - startedMs / 1000) * 1000, 'interface="eth0",');
      put('container_network_transmit_bytes_total', (nowS - startedMs / 1000) * 2000, 'interface="eth0",');
    });
    // The machine itself, which is no container of ours.
    lines.push('container_last_seen{id="/",image="",name=""} 1', 'container_memory_working_set_bytes{id="/"} 1e9');
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  });
}

export interface ReceivedAlert {
  status: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** What a team would put behind ALERT_WEBHOOK_URL. */
export async function startWebhook(): Promise<Service & { received: ReceivedAlert[] }> {
  const received: ReceivedAlert[] = [];
  const service = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push(...(JSON.parse(body) as { alerts: ReceivedAlert[] }).alerts);
      response.end();
    });
  });
  return { ...service, received };
}
