import { LIVE_EVENTS } from "../../../generated/calls.ts";
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { meQuery } from "./account.ts";

/**
 * Live events: one stream for all tabs of a browser, because HTTP/1.1 allows six connections per server. The tab that
 * holds the lock reads the stream and passes each event on; when it closes, another one takes over and continues after
 * the last event.
 */

export interface LiveState {
  /** Undefined while events arrive; otherwise since when they do not, in milliseconds. */
  readonly brokenSince: number | undefined;
}

interface LiveMessage {
  readonly event: string;
  readonly id: string;
}

/** Milliseconds in which events are collected before answers are read again. */
const TOGETHER = 400;
/** A stream that broke is opened again after this, in milliseconds. */
const AGAIN = 3_000;

let state: LiveState = { brokenSince: undefined };
const listeners = new Set<() => void>();

function become(brokenSince: number | undefined): void {
  if (state.brokenSince === brokenSince) return;
  state = { brokenSince };
  for (const listener of listeners) listener();
}

export function useLive(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Follows the events until `signal` aborts. */
export function followEvents(client: QueryClient, signal: AbortSignal): void {
  const channel = new BroadcastChannel("portolan-live");
  let timer: number | undefined;
  const refresh = (): void => {
    timer ??= window.setTimeout(() => {
      timer = undefined;
      void client.invalidateQueries({
        predicate: ({ queryKey, meta }) => queryKey[0] !== "account" && meta?.["isFixed"] !== true,
      });
    }, TOGETHER);
  };
  const broke = (): void => {
    become(state.brokenSince ?? Date.now());
    // Ended because the session did, or because the server is gone: the account tells which.
    void client.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  const mended = (): void => {
    if (state.brokenSince !== undefined) refresh();
    become(undefined);
  };
  channel.addEventListener("message", ({ data }: MessageEvent<LiveMessage | { readonly broken: boolean }>) => {
    if ("broken" in data) (data.broken ? broke : mended)();
    else refresh();
  });

  let last = "";
  const leadTabs = (): Promise<void> =>
    new Promise((resolve) => {
      let source: EventSource | undefined;
      let again: number | undefined;
      const connect = (): void => {
        source = new EventSource("/api/v1/events");
        source.addEventListener("open", () => {
          channel.postMessage({ broken: false });
          mended();
        });
        source.addEventListener("error", () => {
          channel.postMessage({ broken: true });
          broke();
          if (source?.readyState === EventSource.CLOSED) again = window.setTimeout(connect, AGAIN);
        });
        for (const event of LIVE_EVENTS) {
          source.addEventListener(event, ({ lastEventId }: MessageEvent) => {
            if (lastEventId !== "") last = lastEventId;
            channel.postMessage({ event, id: last } satisfies LiveMessage);
            refresh();
          });
        }
      };
      connect();
      signal.addEventListener("abort", () => {
        window.clearTimeout(again);
        source?.close();
        resolve();
      });
    });
  navigator.locks.request("portolan-live", { signal }, leadTabs).catch(() => {
    // Aborted while another tab was in the lead.
  });
  signal.addEventListener("abort", () => {
    window.clearTimeout(timer);
    channel.close();
  });
}
