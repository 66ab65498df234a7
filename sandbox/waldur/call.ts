import type { IncomingHttpHeaders } from 'node:http';
import type { Body } from './body.ts';
import type { User } from './world.ts';

/** One request that has been read. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** `http://` and the Host header: what Waldur builds all its URLs from. */
  origin: string;
  body: Body;
}

/** Who is asking. */
export interface Caller {
  user: User;
  /** Staff who act as `user`. */
  impersonator: User | null;
}

/** A call that has been authenticated. */
export interface KnownCall extends Call {
  caller: Caller;
}
