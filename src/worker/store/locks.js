// Locks that all tabs of a site share, and waits that can be given up.

/** Something that a person may stop. */
export class Flight {
  #controller = new AbortController();

  get signal() {
    return this.#controller.signal;
  }

  cancel() {
    this.#controller.abort();
  }

  isCancelled() {
    return this.signal.aborted;
  }
}

/**
 * Waits until nobody else holds `name`; comes back with what lets go of it. `waits` is called if that takes a while.
 * Where there are no locks, there is nobody to wait for.
 */
export async function hold(name, flight, waits) {
  if (navigator.locks === undefined) {
    return () => undefined;
  }
  const take = (options) =>
    new Promise((granted, failed) => {
      const held = (lock) => {
        if (lock === null) {
          granted(undefined);
          return undefined;
        }
        return new Promise((release) => granted(release));
      };
      navigator.locks.request(name, options, held).catch(failed);
    });
  const now = await take({ ifAvailable: true });
  if (now !== undefined) {
    return now;
  }
  waits();
  return take({ signal: flight.signal });
}
