import { expect, test } from '@jest/globals';
import { createWaldur } from '../../src/api/waldur.ts';
import { startServer } from './scripted-server.ts';

const uuid = (digit: string) => digit.repeat(32);
const role = (role_name: string, scope: string, name = 'bio', type = 'project') => ({
  role_name,
  scope_type: type,
  scope_uuid: uuid(scope),
  scope_name: name,
  customer_uuid: uuid('c'),
});
const project = (digit: string, name: string, customer = 'c') => ({
  uuid: uuid(digit),
  name,
  customer_uuid: uuid(customer),
});
const nothing = { staff: false, projects: [] };

test.each<[string, Record<string, unknown>, unknown, unknown]>([
  ['staff', { is_staff: true }, [], { staff: true, projects: [] }],
  ['an administrator', { permissions: [role('PROJECT.ADMIN', '1')] }, [], ['bio']],
  ['a manager', { permissions: [role('PROJECT.MANAGER', '1')] }, [], ['bio']],
  ['a member', { permissions: [role('PROJECT.MEMBER', '1')] }, [], []],
  ['a role of this Waldur’s own', { permissions: [role('PROJECT.BOSS', '1')] }, [], []],
  [
    'a member who is administrator, too',
    { permissions: [role('PROJECT.MEMBER', '1'), role('PROJECT.ADMIN', '1')] },
    [],
    ['bio'],
  ],
  [
    'an administrator of one of two projects of the same name',
    { permissions: [role('PROJECT.ADMIN', '1'), role('PROJECT.MEMBER', '2')] },
    [],
    [],
  ],
  [
    'an owner',
    { permissions: [role('CUSTOMER.OWNER', 'c', 'university', 'customer')] },
    [project('1', 'bio'), project('2', 'climate'), project('3', 'guests', 'd')],
    ['bio', 'climate'],
  ],
  [
    'an organisation’s support, who sees projects but runs none',
    {
      permissions: [
        role('CUSTOMER.SUPPORT', 'c', 'university', 'customer'),
        role('PROJECT.ADMIN', '1'),
      ],
    },
    [project('1', 'bio'), project('2', 'bio'), project('3', 'climate')],
    [],
  ],
  [
    'an owner whose projects cannot be read',
    { permissions: [role('CUSTOMER.OWNER', 'c', 'university', 'customer')] },
    [{ name: 'odd' }, project('1', 'bio')],
    [],
  ],
  [
    'roles of another shape',
    { permissions: [null, { role_name: 5 }, role('PROJECT.ADMIN', '1')] },
    [],
    ['bio'],
  ],
  ['no list of roles', { permissions: 'none' }, [], []],
  ['a Waldur that does not tell', {}, [], []],
])('what a person may do: %s', async (_, fields, projects, expected) => {
  const server = await startServer((request, response) => {
    const about = { uuid: uuid('a'), username: 'ana', ...fields };
    const isMe = request.url?.startsWith('/api/users/me/') === true;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isMe ? about : projects));
  });
  try {
    const { rights } = await createWaldur({ baseUrl: server.url, token: 'token' }).me();
    expect(rights).toEqual(Array.isArray(expected) ? { ...nothing, projects: expected } : expected);
  } finally {
    await server.close();
  }
});
