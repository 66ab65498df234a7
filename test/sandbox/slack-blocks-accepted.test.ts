import { describe, expect, test } from '@jest/globals';
import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import { checkMessage, checkView } from '../../sandbox/slack/blocks/index.ts';
import { plain } from './slack-blocks-samples.ts';

// Realistic messages and views, typed with Slack's own types, that Slack takes.

const card: KnownBlock[] = [
  {
    type: 'section',
    block_id: 'card',
    text: { type: 'mrkdwn', text: '*train* — Running', verbatim: true },
    fields: [
      { type: 'plain_text', text: 'Slurm job 48213', emoji: false },
      { type: 'mrkdwn', text: '<!date^1767225600^{date_short}|2026-01-01>' },
    ],
    expand: true,
  },
  { type: 'context', elements: [{ type: 'mrkdwn', text: 'As of 14:00. :hourglass:' }] },
  {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: 'do:refresh',
        text: { type: 'plain_text', text: 'Refresh', emoji: true },
        value: 'refresh d2035c217d01467ba3a1309afa2bf5c3',
        style: 'primary',
      },
      {
        type: 'button',
        text: plain('Open in Waldur'),
        url: 'https://waldur.example.com/jobs/?a=b&c',
      },
      {
        type: 'overflow',
        action_id: 'do:more',
        options: [
          { text: plain('Details'), value: 'show d2035c217d01467ba3a1309afa2bf5c3' },
          { text: plain('Delete record…'), value: 'delete d2035c217d01467ba3a1309afa2bf5c3' },
        ],
      },
    ],
  },
  { type: 'divider' },
];

const written: KnownBlock[] = [
  { type: 'header', text: { type: 'plain_text', text: '10 of 148 jobs', emoji: true } },
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'train', style: { bold: true, code: true } },
          { type: 'user', user_id: 'U0A1B2C3D' },
          { type: 'channel', channel_id: 'C0A1B2C3D' },
          { type: 'emoji', name: 'wave' },
          { type: 'link', url: 'https://example.com', text: 'log' },
          { type: 'date', timestamp: 1767225600, format: '{date_long}', fallback: 'today' },
          { type: 'broadcast', range: 'here' },
        ],
      },
      {
        type: 'rich_text_list',
        style: 'bullet',
        indent: 1,
        border: 0,
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'one' }] }],
      },
      {
        type: 'rich_text_preformatted',
        border: 1,
        elements: [{ type: 'text', text: '#!/bin/bash\n#SBATCH --mem=1G' }],
      },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'quoted' }] },
    ],
  },
  { type: 'image', alt_text: 'load', slack_file: { id: 'F0A1B2C3D' }, title: plain('Load') },
  { type: 'markdown', text: '**bold**' },
  {
    type: 'table',
    column_settings: [{ align: 'right', is_wrapped: true }],
    rows: [[{ type: 'raw_text', text: 'job' }], [{ type: 'raw_number', value: 1, text: '1' }]],
  },
];

const newer: KnownBlock[] = [
  { type: 'carousel', elements: [{ type: 'card', title: { type: 'mrkdwn', text: '*train*' } }] },
  {
    type: 'container',
    title: plain('train'),
    is_collapsible: true,
    child_blocks: [{ type: 'divider' }],
  },
  { type: 'task_card', task_id: '1', title: 'Submit', status: 'in_progress' },
  {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        positive_button: { text: plain('Good'), value: 'up' },
        negative_button: { text: plain('Bad'), value: 'down' },
      },
    ],
  },
  {
    type: 'data_table',
    caption: 'Jobs',
    page_size: 10,
    rows: [[{ type: 'raw_text', text: 'job' }], [{ type: 'raw_text', text: 'train' }]],
  },
];

const form: ModalView = {
  type: 'modal',
  callback_id: 'submit',
  private_metadata: '{"file":"F0A1B2C3D"}',
  title: { type: 'plain_text', text: 'Submit to Slurm', emoji: true },
  submit: { type: 'plain_text', text: 'Submit job' },
  close: { type: 'plain_text', text: 'Cancel' },
  clear_on_close: true,
  notify_on_close: true,
  blocks: [
    {
      type: 'input',
      block_id: 'name',
      label: plain('Name'),
      hint: plain('As squeue shows it.'),
      element: {
        type: 'plain_text_input',
        action_id: 'name',
        initial_value: 'train',
        max_length: 150,
        focus_on_load: true,
        placeholder: plain('train'),
        dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
      },
      dispatch_action: true,
    },
    {
      type: 'input',
      block_id: 'allocation',
      label: plain('Allocation'),
      element: {
        type: 'external_select',
        action_id: 'allocation',
        min_query_length: 0,
        initial_option: { text: plain('bio-gpu · 82 % used'), value: 'a1' },
      },
    },
    {
      type: 'input',
      optional: true,
      label: plain('Description'),
      element: { type: 'plain_text_input', multiline: true },
    },
    {
      type: 'input',
      label: plain('Follow in'),
      element: {
        type: 'conversations_select',
        action_id: 'follow',
        default_to_current_conversation: true,
        response_url_enabled: true,
        filter: { include: ['public', 'private', 'im'], exclude_bot_users: true },
      },
    },
    {
      type: 'input',
      label: plain('Script'),
      element: { type: 'file_input', action_id: 'script', filetypes: ['sh', 'text'], max_files: 1 },
    },
    {
      type: 'input',
      label: plain('Nodes'),
      element: { type: 'number_input', is_decimal_allowed: false, min_value: '1', max_value: '64' },
    },
    { type: 'alert', level: 'warning', text: plain('Deleting does not stop the job.') },
  ],
};

const home: HomeView = {
  type: 'home',
  blocks: [
    ...card,
    { type: 'input', label: plain('Search'), element: { type: 'plain_text_input' } },
  ],
};

describe('taken as they are', () => {
  test.each([
    ['a card', card],
    ['what is written', written],
    ['newer blocks', newer],
  ])('%s', (_, blocks) => {
    for (const method of [
      'chat.postMessage',
      'chat.update',
      'chat.postEphemeral',
      'response_url',
    ] as const) {
      expect(checkMessage({ text: 'train: running', blocks }, method)).toBeNull();
    }
  });

  test('a form', () => {
    for (const method of ['views.open', 'views.push', 'views.update', 'ack'] as const) {
      expect(checkView(form, method)).toBeNull();
    }
  });

  test('a Home tab', () => {
    expect(checkView(home, 'views.publish')).toBeNull();
    expect(checkView({ type: 'home', blocks: [] }, 'views.publish')).toBeNull();
  });
});
