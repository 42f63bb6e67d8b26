import { asProblem, byField, problemFrom } from './problem.js';

describe('problems of the API', () => {
  it('keep detail, hint, code and fields of a problem document', () => {
    const problem = problemFrom(400, {
      code: 'USER_CEILING',
      title: 'USER_CEILING',
      detail: '90000 users are more than the ceiling of 10000.',
      hint: 'Ask for fewer users.',
      errors: [{ field: 'users', problem: 'must be at most 10000' }],
    });
    expect(problem).toMatchObject({ status: 400, code: 'USER_CEILING', hint: 'Ask for fewer users.' });
    expect(problem.message).toContain('ceiling');
    expect(byField(problem, ['users', 'host']).fields).toEqual({ users: 'Must be at most 10000.' });
  });

  it('put problems of fields that the form does not have aside instead of losing them', () => {
    const problem = problemFrom(400, {
      errors: [
        { field: 'load.users', problem: 'is missing' },
        { field: 'colour', problem: 'is unknown' },
        { field: 'users', problem: 'has to be a number' },
      ],
    });
    const sorted = byField(problem, ['users']);
    expect(sorted.fields.users).toBe('Is missing. Has to be a number.');
    expect(sorted.rest).toEqual([{ field: 'colour', problem: 'is unknown' }]);
  });

  it.each([[undefined], ['<html>Bad gateway</html>'], [[1, 2]], [{ errors: 'none' }]])(
    'have words even for an answer like %p',
    (body) => expect(problemFrom(502, body).message).toContain('502'),
  );

  it('wrap whatever was thrown', () => {
    expect(asProblem('boom').message).toBe('boom');
    expect(asProblem(new TypeError('no')).message).toBe('no');
  });
});
