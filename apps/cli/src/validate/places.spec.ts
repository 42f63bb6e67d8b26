import { readMasterConfig } from '../../../master/src/config/read-master-config.js';
import { findPlaces } from './places.js';

describe('places', () => {
  it('are the usual ports of this machine', () => {
    expect(findPlaces({}, {})).toMatchObject({
      master: 'http://localhost:8089',
      target: 'http://localhost:5001',
      prometheus: 'http://localhost:9090',
      grafana: 'http://localhost:3000',
      grafanaPassword: 'admin',
      token: undefined,
      project: 'loadstar',
    });
  });

  it('follow what Compose publishes', () => {
    const variables = {
      LOADSTAR_PUBLISH: '127.0.0.1:18089',
      TARGET_PUBLISH: '0.0.0.0:15001',
      GRAFANA_PUBLISH: '13000',
    };
    expect(findPlaces({}, variables)).toMatchObject({
      master: 'http://127.0.0.1:18089',
      target: 'http://localhost:15001',
      grafana: 'http://localhost:13000',
    });
  });

  it('prefer flags, and remember that somebody named them', () => {
    const places = findPlaces({ master: 'https://load.example/' }, { LOADSTAR_PUBLISH: '127.0.0.1:18089' });
    expect(places.master).toBe('https://load.example');
    expect([...places.named]).toEqual(['master']);
  });

  it('use the first token that may start a run', () => {
    const variables = { LOADSTAR_TOKENS: 'viewer:lookonly,runner:startstop,admin:everything' };
    expect(findPlaces({}, variables).token).toBe('startstop');
    expect(findPlaces({ token: 'mine' }, variables).token).toBe('mine');
  });

  it('read tokens as the master does, with the names of their owners', () => {
    const LOADSTAR_TOKENS = 'viewer@eve:lookonly, runner@anna:start:stop';
    const { auth } = readMasterConfig({ LOADSTAR_TOKENS });
    expect(auth.tokens.map(({ token }) => token)).toContain(findPlaces({}, { LOADSTAR_TOKENS }).token);
    expect(findPlaces({}, { LOADSTAR_TOKENS }).token).toBe('start:stop');
  });
});
