import { LoadstarError } from '../errors/index.js';
import { checkHost } from './target-host.js';

const refusal = (host: string): LoadstarError => {
  try {
    checkHost(host, '--host');
  } catch (error) {
    if (error instanceof LoadstarError) return error;
    throw error;
  }
  throw new Error(`${host} was taken`);
};

describe('the host of a run', () => {
  it.each([
    ['http://localhost:5001', 'http://localhost:5001'],
    ['https://example.com/base/', 'https://example.com/base'],
    ['HTTP://EXAMPLE.COM//', 'HTTP://EXAMPLE.COM'],
  ])('%s is taken as %s', (host, taken) => {
    expect(checkHost(host)).toBe(taken);
  });

  it.each([
    'localhost:5001',
    'example.com',
    'ftp://example.com',
    'http:/example.com',
    'http://',
    'http://exa mple.com',
    'http://example.com/?q=1',
    'http://example.com/#top',
    'javascript:alert(1)',
  ])('is not %s, and the field is named as it was given', (host) => {
    const { code, fields, message } = refusal(host);
    expect([code, ...fields.map(({ field }) => field)]).toEqual(['INVALID_HOST', '--host']);
    expect(message).toContain(`"${host}"`);
  });

  it.each([
    ['http://user:secret@example.com', '"http://***@example.com"', /as `auth`/],
    ['https://secret@example.com:8443/base', '"https://***@example.com:8443/base"', /as `auth`/],
    ['http://user:sec/ret@secret@example.com', '"http://***@example.com"', /http/],
    ['user:secret@example.com', '"***@example.com"', /http/],
  ])('holds no credentials, and an error repeats none: %s', (host, shown, advice) => {
    const { message, details, fields } = refusal(host);
    expect(message).toContain(shown);
    expect(fields[0]?.problem).toMatch(advice);
    expect(JSON.stringify([message, details, fields])).not.toContain('secret');
  });
});
