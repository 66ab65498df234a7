import { expect, test } from '@jest/globals';
import { isResponseUrl } from '../../src/slack/respond.ts';

const SLACK = 'https://slack.com/api/';
const LOCAL = 'http://127.0.0.1:4000/api/';

test.each([
  ['https://hooks.slack.com/actions/T1/2/abc', SLACK, true],
  ['http://127.0.0.1:4000/actions/T1/2/abc', LOCAL, true],
  ['http://hooks.slack.com/actions/T1/2/abc', SLACK, false],
  ['https://hooks.slack.com.evil.example/actions', SLACK, false],
  ['https://hooks.slack.com@evil.example/actions', SLACK, false],
  ['https://evil.example/hooks.slack.com', SLACK, false],
  ['https://hooks.slack.com:8443/actions', SLACK, false],
  ['http://127.0.0.1:4001/actions', LOCAL, false],
  ['https://hooks.slack.com/actions/T1/2/abc', LOCAL, false],
  ['file:///etc/passwd', SLACK, false],
  ['', SLACK, false],
])('%s with the API at %s: %s', (url, apiUrl, isSlacks) => {
  expect(isResponseUrl(url, apiUrl)).toBe(isSlacks);
});
