/** From the PEM texts of a scenario to what Node's TLS takes, with one secure context for all connections of a class. */
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import { LoadstarError } from '@loadstar/shared';
import type { ScenarioDefinition, TlsSettings } from '@loadstar/scenario';

/**
 * @returns a maker of connection options, which makes them once, when the first https origin is met: a context with
 *   the system's authorities costs milliseconds and memory that plain HTTP must not pay
 */
export function tlsOptions(settings: TlsSettings): () => ConnectionOptions {
  let made: ConnectionOptions | undefined;
  return () => {
    const { insecure = false, servername } = settings;
    made ??= {
      secureContext: contextOf(settings),
      rejectUnauthorized: !insecure,
      ALPNProtocols: ['http/1.1'],
      ...(servername === undefined ? {} : { servername }),
    };
    return made;
  };
}

/**
 * Tries the certificates and keys of all classes.
 * @throws LoadstarError SCENARIO_INVALID for the first class whose PEM text OpenSSL refuses
 */
export function checkTlsSettings({ userClasses }: Pick<ScenarioDefinition, 'userClasses'>): void {
  for (const { name, http } of userClasses) {
    if (!http?.tls) continue;
    try {
      contextOf(http.tls);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LoadstarError('SCENARIO_INVALID', { detail: `${name}.tls: ${reason}` });
    }
  }
}

function contextOf({ ca, cert, key, passphrase }: TlsSettings): NonNullable<ConnectionOptions['secureContext']> {
  return createSecureContext({ ca: typeof ca === 'object' ? [...ca] : ca, cert, key, passphrase });
}
