import fc from 'fast-check';
import { cleanUp, serve, setup } from './testing/http-setup.js';

afterEach(cleanUp);

/** Reads uploads with Node's own parser, as a second opinion; answers with the parts as JSON. */
async function uploads(): Promise<string> {
  return serve((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const headers = { 'content-type': request.headers['content-type'] ?? '' };
      const form = new Response(Buffer.concat(pieces), { headers }).formData();
      form.then(
        async (data) => {
          const parts: unknown[] = [];
          for (const [name, value] of data) {
            if (typeof value === 'string') parts.push([name, value]);
            else parts.push([name, value.name, value.type, Buffer.from(await value.arrayBuffer()).toString('hex')]);
          }
          response.end(JSON.stringify(parts));
        },
        (error: unknown) => response.writeHead(400).end(String(error)),
      );
    });
  });
}

describe('multipart bodies', () => {
  it('carry fields and files in order, as text and bytes', async () => {
    const { http } = setup(await uploads());
    const response = await http.post('/', {
      multipart: {
        title: 'Käse "fresh"',
        count: 3,
        nothing: undefined,
        tag: ['a', true],
        photo: { data: Uint8Array.of(0, 13, 10, 255), filename: 'ü "1".png', contentType: 'image/png' },
        notes: [
          { data: 'one', filename: 'one' },
          { data: 'zwölf', contentType: 'text/plain' },
        ],
      },
    });
    expect(response.json()).toEqual([
      ['title', 'Käse "fresh"'],
      ['count', '3'],
      ['tag', 'a'],
      ['tag', 'true'],
      ['photo', 'ü "1".png', 'image/png', '000d0aff'],
      ['notes', 'one', 'application/octet-stream', Buffer.from('one').toString('hex')],
      ['notes', 'zwölf'],
    ]);
  });

  it('arrive whole at any size, over one connection', async () => {
    const { http, recorder } = setup(await uploads());
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.nat({ max: 3_000 }), async (seed, times) => {
        const data = Buffer.concat(Array.from({ length: times }, () => seed));
        const response = await http.put('/', { multipart: { file: { data, filename: 'f' } } });
        expect(response.json()[0][3]).toBe(data.toString('hex'));
      }),
      { numRuns: 30 },
    );
    expect(recorder.opened).toBe(1);
  });

  it('are sent again by a redirect that keeps the body', async () => {
    const there = await uploads();
    const url = await serve((request, response) => {
      request.resume().on('end', () => response.writeHead(307, { location: there }).end());
    });
    const response = await setup(url).http.post('/', { multipart: { a: '1' } });
    expect(response.json()).toEqual([['a', '1']]);
  });

  it.each([
    ['two kinds of body', { multipart: { a: '1' }, form: { a: '1' } }, 'give one of'],
    ['a content type of its own', { multipart: {}, headers: { 'Content-type': 'text/plain' } }, 'content-type header'],
    ['a line break in a part', { multipart: { a: { data: '', contentType: 'a\r\nb: c' } } }, 'not a content type'],
    ['data that is neither text nor bytes', { multipart: { a: { data: 5 as never } } }, 'neither text nor bytes'],
  ])('refuse %s', async (_what, options, message) => {
    const { http } = setup('http://127.0.0.1:1');
    await expect(http.post('/', options)).rejects.toThrow(message);
  });
});
