import fc from 'fast-check';
import { readParameterDeclarations, readParameters } from '../index.js';

const declared = {
  pageSize: { type: 'integer', default: 20, min: 1, max: 100, description: 'Users on a page' },
  ratio: { type: 'number', default: 0.5 },
  mode: { type: 'string', default: 'read', choices: ['read', 'write'] },
  strict: { type: 'boolean', default: false },
};
const { parameters } = readParameterDeclarations(declared);

describe('declared parameters', () => {
  it('are read from a file and, unchanged, from a description', () => {
    expect(parameters.map(({ name }) => name)).toEqual(Object.keys(declared));
    expect(readParameterDeclarations(JSON.parse(JSON.stringify(parameters)))).toEqual({ parameters, problems: [] });
  });

  it.each([
    [{ '1st': declared.ratio }, 'parameters.1st'],
    [{ a: 3 }, 'parameters.a'],
    [{ a: { type: 'date', default: '' } }, 'parameters.a.type'],
    [{ a: { type: 'integer', default: 1.5 } }, 'parameters.a.default'],
    [{ a: { type: 'integer', default: 0, min: 1 } }, 'parameters.a.default'],
    [{ a: { type: 'string', default: 'x', min: 1 } }, 'parameters.a.min'],
    [{ a: { type: 'string', default: 'x', choices: [] } }, 'parameters.a.choices'],
    [{ a: { type: 'string', default: 'x', choices: ['y'] } }, 'parameters.a.default'],
    [{ a: { type: 'string', default: 'x', values: ['y'] } }, 'parameters.a.values'],
    ['x', 'parameters'],
  ])('that are wrong are named by their path: %j', (value, field) => {
    expect(readParameterDeclarations(value)).toEqual({
      parameters: [],
      problems: [expect.objectContaining({ field })],
    });
  });
});

describe('values of parameters', () => {
  it('are the defaults where nothing is given', () => {
    expect(readParameters({}, parameters).values).toEqual({ pageSize: 20, ratio: 0.5, mode: 'read', strict: false });
  });

  it('are taken as they are, or as a command line writes them', () => {
    const wanted = { pageSize: 3, ratio: 1e-3, mode: 'write', strict: true };
    expect(readParameters(wanted, parameters)).toEqual({ values: wanted, problems: [] });
    const written = { pageSize: '3', ratio: ' 1e-3', mode: 'write', strict: 'true' };
    expect(readParameters(written, parameters)).toEqual({ values: wanted, problems: [] });
  });

  it.each([
    ['pageSize', 0, /at least 1/],
    ['pageSize', '101', /at most 100/],
    ['pageSize', '1.5', /type integer/],
    ['pageSize', '', /type integer/],
    ['ratio', 'NaN', /type number/],
    ['mode', 'delete', /one of read, write/],
    ['strict', 'yes', /type boolean/],
    ['pagesize', 5, /not one of pageSize, ratio/],
  ])('that are wrong are refused with the field: %s = %j', (name, value, claim) => {
    const { values, problems } = readParameters({ [name]: value }, parameters);
    expect(problems).toEqual([{ field: `parameters.${name}`, problem: expect.stringMatching(claim) as string }]);
    expect(values).toMatchObject({ pageSize: 20, mode: 'read' });
  });

  it('never throw, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), fc.dictionary(fc.string(), fc.anything()), (declarations, given) => {
        const read = readParameterDeclarations({ a: declarations });
        expect(readParameters(given, read.parameters)).toBeDefined();
        expect(readParameters(given, parameters).values).toMatchObject({ pageSize: expect.any(Number) as number });
      }),
    );
  });
});
