import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { isWaldurFailure } from './errors.ts';
import { createSend } from './http.ts';

/** Waldur's own pages for people, as far as their address is known. */
export interface Portal {
  /** The page on which one makes a token; null if nobody said where the portal is. */
  tokenPage(): string | null;
  /** The page of a job, given the URLs of its project; null if nobody said where the portal is. */
  jobPage(job: { uuid: string; project: string }): string | null;
  /**
   * Asks Waldur's public configuration where the portal is, unless that is known. Never throws: without the portal only
   * links are missing.
   */
  look(): Promise<void>;
}

interface PortalOptions {
  baseUrl: string;
  dispatcher: Dispatcher;
  /** The portal's address with a final slash, as the operator gives it; null: Waldur is asked. */
  home: string | null;
  /** Below the portal's address; `{job}` and `{project}` stand for the uuids. */
  jobPath: string;
}

/** Where HomePort, Waldur's own portal, shows the tokens (waldur-homeport, routes of the user). */
const TOKEN_PATH = 'profile/api-key/';

const configuration = z.object({
  WALDUR_CORE: z.object({ HOMEPORT_URL: z.string().max(1000).optional() }).default({}),
});

export function createPortal({ home: given, jobPath, ...options }: PortalOptions): Portal {
  const send = createSend({ ...options, token: null, timeoutMs: 10_000, deadlineMs: 20_000 });
  let home = given;
  return {
    tokenPage: () => (home === null ? null : home + TOKEN_PATH),
    jobPage({ uuid, project }) {
      const [, projectUuid] = /^.*\/([0-9a-f]{32})\/$/.exec(project) ?? [];
      if (home === null || projectUuid === undefined) return null;
      return home + jobPath.replaceAll('{job}', uuid).replaceAll('{project}', projectUuid);
    },
    async look() {
      if (home !== null) return;
      try {
        const answer = await send({ method: 'GET', target: '/api/configuration/' });
        home = webFolder(answer.read(configuration).WALDUR_CORE.HOMEPORT_URL ?? '');
      } catch (error) {
        if (!isWaldurFailure(error)) throw error;
      }
    },
  };
}

/** The address of a web page as a folder, with a final slash; null if it is none. */
function webFolder(address: string): string | null {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') return null;
  return `${url.origin}${url.pathname.replace(/(?<!\/)\/*$/, '/')}`;
}
