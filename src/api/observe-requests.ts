import type { Dispatcher } from 'undici';

/** One request to Waldur that is over. */
export interface Answered {
  /** Null if no answer came. */
  status: number | null;
  /** From when it was handed over to be sent until it was answered whole, in seconds. */
  seconds: number;
}

/** Tells of every request once it is over; composed with the connections to Waldur it changes nothing about them. */
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
