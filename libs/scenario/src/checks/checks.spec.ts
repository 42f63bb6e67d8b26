import { pretendedResponse, pretendedUser } from '../testing/pretended-user.js';
import { HttpUser } from '../user/http-user.js';

const setUp = () => {
  const context = pretendedUser();
  return { context, user: new HttpUser(context), response: pretendedResponse('GET', '/', { user: { name: 'Ada' } }) };
};

test('every check is counted by name, and all holding leaves the response alone', () => {
  const { context, user, response } = setUp();
  const held = user.check(response, { 'is ok': (r) => r.ok, 'has a name': (r) => r.json().user.name !== '' });
  expect(held).toBe(true);
  expect(context.checks).toEqual([
    ['is ok', true],
    ['has a name', true],
  ]);
  expect(response.failedFor).toBeUndefined();
});

test('a failed check fails the response under its name; the checks after it are still evaluated', () => {
  const { context, user, response } = setUp();
  expect(user.check(response, { 'is teapot': (r) => r.status === 418, 'is ok': (r) => r.ok })).toBe(false);
  expect(context.checks).toEqual([
    ['is teapot', false],
    ['is ok', true],
  ]);
  expect(response.failedFor).toBe('check failed: is teapot');
});

test('a check that throws has failed, with the reason', () => {
  const { user, response } = setUp();
  expect(user.check(response, { 'has an order': (r) => r.json().order.id })).toBe(false);
  expect(response.failedFor).toBe("check failed: has an order (Cannot read properties of undefined (reading 'id'))");
});

test('any value can be checked', () => {
  const { context, user } = setUp();
  expect(user.check(5, { 'is five': (n) => n === 5 })).toBe(true);
  expect(user.check(undefined, { 'is there': (value) => value !== undefined })).toBe(false);
  expect(context.checks).toEqual([
    ['is five', true],
    ['is there', false],
  ]);
});
