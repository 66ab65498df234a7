import type { Dispatcher } from 'undici';

/** A finished request to Waldur. */
export interface Answered {
  /** Null if no answer came. */
  status: number | null;
  /** Seconds from handing it over for sending to the end of the answer. */
  seconds: number;
}

/** Reports every request once it is over. It changes nothing about the connections with which it is composed. */
export function observing(
  tell: (answered: Answered) => void,
): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const begun = performance.now();
    let status: number | null = null;
    const over = () => tell({ status, seconds: (performance.now() - begun) / 1000 });
    const start = handler.onResponseStart?.bind(handler);
    const end = handler.onResponseEnd?.bind(handler);
    const fail = handler.onResponseError?.bind(handler);
    handler.onResponseStart = (controller, statusCode, ...args) => {
      status = statusCode;
      start?.(controller, statusCode, ...args);
    };
    handler.onResponseEnd = (...args) => {
      over();
      end?.(...args);
    };
    handler.onResponseError = (...args) => {
      status = null;
      over();
      fail?.(...args);
    };
    return dispatch(options, handler);
  };
}
