import { TargetGuard } from './target-guard.js';

describe('TargetGuard', () => {
  const open = new TargetGuard();

  describe('always refuses', () => {
    it.each([
      // plain
      ['http://169.254.169.254/', 'metadata'],
      ['http://169.254.1.1/', 'link-local'],
      ['http://100.100.100.200/', 'metadata'],
      ['http://192.0.0.192/', 'metadata'],
      ['http://0.0.0.0/', 'unspecified'],
      ['http://0.1.2.3/', 'unspecified'],
      ['http://224.0.0.1/', 'multicast'],
      ['http://255.255.255.255/', 'broadcast'],
      // other notations of the same
      ['http://2852039166/', 'metadata'],
      ['http://0xa9fea9fe/', 'metadata'],
      ['http://0251.0376.0251.0376/', 'metadata'],
      ['http://0xa9.0xfe.0xa9.0xfe/', 'metadata'],
      ['http://169.254.43518/', 'metadata'],
      ['http://169.16689662/', 'metadata'],
      ['http://169.254.169.254./', 'metadata'],
      ['http://0/', 'unspecified'],
      ['http://１６９.254.169.254/', 'metadata'],
      ['http://169。254。169。254/', 'metadata'],
      // IPv6
      ['http://[::]/', 'unspecified'],
      ['http://[fe80::1]/', 'link-local'],
      ['http://[febf::1]/', 'link-local'],
      ['http://[ff02::1]/', 'multicast'],
      ['http://[fd00:ec2::254]/', 'metadata'],
      ['http://[::ffff:169.254.169.254]/', 'metadata'],
      ['http://[::ffff:a9fe:a9fe]/', 'metadata'],
      ['http://[::169.254.169.254]/', 'metadata'],
      ['http://[64:ff9b::169.254.169.254]/', 'metadata'],
      ['http://[2002:a9fe:a9fe::1]/', 'metadata'],
      ['http://[0:0:0:0:0:ffff:a9fe:a9fe]/', 'metadata'],
      ['http://[::ffff:0.0.0.0]/', 'unspecified'],
      // names and credentials
      ['http://metadata.google.internal/computeMetadata/v1/', 'metadata'],
      ['http://METADATA.google.internal./', 'metadata'],
      ['http://instance-data/', 'metadata'],
      ['http://localhost@169.254.169.254/', 'metadata'],
      ['http://user:secret@[::ffff:169.254.169.254]:80/', 'metadata'],
      ['http://localhost:80@169.254.169.254:8080/', 'metadata'],
      // no target at all
      ['ftp://localhost/', 'only http'],
      ['file:///etc/passwd', 'only http'],
      ['localhost:5001', 'only http'],
      ['not a url', 'not a URL'],
      ['http://', 'not a URL'],
    ])('%s (%s)', (url, reason) => {
      expect(open.refuseUrl(url)).toContain(reason);
    });
  });

  it.each([
    'http://localhost:5001',
    'http://127.0.0.1:8080/base',
    'http://[::1]:8080',
    'https://example.com',
    'http://10.0.0.7',
    'http://[fd12::1]',
    'http://169.253.0.1',
    'http://169.254.169.254@localhost/',
  ])('allows %s without a list', (url) => {
    expect(open.refuseUrl(url)).toBeUndefined();
  });

  describe('with a list', () => {
    const guard = new TargetGuard([
      'shop.example.com',
      '10.1.0.0/16',
      '127.0.0.1',
      '[fd12::]/16'.replace(/[[\]]/g, ''),
    ]);

    it.each([
      ['93.184.216.34', 'shop.example.com', undefined],
      ['93.184.216.34', 'SHOP.example.com.', undefined],
      ['93.184.216.34', 'evil.example.com', 'not among'],
      ['10.1.2.3', 'anything.example.com', undefined],
      ['10.2.0.1', 'anything.example.com', 'not among'],
      ['127.0.0.1', 'localhost', undefined],
      ['127.0.0.2', 'localhost', 'not among'],
      ['::ffff:127.0.0.1', 'localhost', undefined],
      ['::ffff:127.0.0.2', 'localhost', 'not among'],
      ['::1', 'localhost', 'not among'],
      ['fd12:1::2', 'v6.example.com', undefined],
      ['64:ff9b::10.1.2.3', 'nat64.example.com', 'not among'],
      // an allowed name does not open what is always refused
      ['169.254.169.254', 'shop.example.com', 'metadata'],
      ['fe80::1%eth0', 'shop.example.com', 'link-local'],
      ['not-an-address', 'shop.example.com', 'not an address'],
    ])('%s resolved from %s', (address, host, reason) => {
      if (reason === undefined) expect(guard.refuseAddress(address, host)).toBeUndefined();
      else expect(guard.refuseAddress(address, host)).toContain(reason);
    });

    it('refuses a name early only if no address could make it good', () => {
      expect(guard.refuseHost('evil.example.com')).toBeUndefined();
      expect(new TargetGuard(['shop.example.com']).refuseHost('evil.example.com')).toContain('not among');
      expect(guard.refuseHost('8.8.8.8')).toContain('not among');
      expect(guard.refuseHost('127.1')).toBeUndefined();
    });

    it.each(['169.254.0.0/16', '0.0.0.0/0', '::/0'])('never opens link-local by %s', (entry) => {
      expect(new TargetGuard([entry]).refuseAddress('169.254.169.254', 'x')).toContain('metadata');
    });
  });

  it.each(['10.0.0.0/33', 'a b', 'http://x', '*', '', '1.2.3.4/x'])('does not take %p as an entry', (entry) => {
    expect(() => new TargetGuard([entry])).toThrow(RangeError);
  });
});
