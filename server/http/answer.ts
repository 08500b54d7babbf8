import type { View } from "./view.ts";

/** What a handler returns: a value, so that handlers stay pure of Express. */
export type Answer =
  | { readonly kind: "page"; readonly view: View<object>; readonly model: object; readonly status: number }
  | { readonly kind: "redirect"; readonly to: string; readonly external?: boolean }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly type: string;
      readonly bytes: Uint8Array;
      readonly inline?: boolean;
    }
  | {
      readonly kind: "stream";
      readonly name: string;
      readonly type: string;
      readonly pieces: AsyncIterable<Uint8Array>;
    }
  | { readonly kind: "json"; readonly body: unknown; readonly status: number }
  | { readonly kind: "events"; readonly events: AsyncIterable<ServerSentEvent> };

export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** Render `view` with `model`; a full page, or only its partial when htmx asks. */
export function page<M extends object>(view: View<M>, model: M, status = 200): Answer {
  return { kind: "page", view: view as unknown as View<object>, model, status };
}

/** 303 See Other: after a POST the browser fetches the next page. */
export function redirect(to: string): Answer {
  return { kind: "redirect", to };
}

/** A download. `name` becomes the file name (RFC 6266). */
export function file(download: { name: string; type: string; bytes: Uint8Array; inline?: boolean }): Answer {
  return { kind: "file", ...download };
}

/** A download that is sent while it is made. */
export function stream(download: { name: string; type: string; pieces: AsyncIterable<Uint8Array> }): Answer {
  return { kind: "stream", ...download };
}

export function json(body: unknown, status = 200): Answer {
  return { kind: "json", body, status };
}

/** A live stream (SSE). The iterable ends when the work ends or the reader leaves. */
export function events(stream: AsyncIterable<ServerSentEvent>): Answer {
  return { kind: "events", events: stream };
}
