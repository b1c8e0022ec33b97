import type { Clock } from "../../../model/index.ts";
import type { Egress } from "../../../platform/egress/index.ts";
import type { Destination } from "../destination.ts";
import { webhookHeaders, webhookMessage } from "../webhook.ts";

export interface WebhookPlace {
  readonly url: string;
  /** Shared with the receiver; `whsec_` and base64, or any text. */
  readonly secret: string;
}

/** An HTTP endpoint that accepts Standard Webhooks. Anything but 2xx counts as not received. */
export function toWebhook({ url, secret }: WebhookPlace, egress: Egress, clock: Clock): Destination {
  return {
    name: `webhook ${place(url)}`,
    every: 0,
    async send(checkpoint, signal) {
      const message = webhookMessage(checkpoint);
      const headers = webhookHeaders(message, secret, clock.now());
      const reply = await egress.fetch(url, { method: "POST", headers, body: message.body, signal, maxBytes: 65_536 });
      if (reply.outcome !== "answered") throw new Error(reply.problem);
      if (reply.status < 200 || reply.status > 299) throw new Error(`it answers ${reply.status}`);
    },
  };
}

/** Paths and queries of webhooks often are secrets themselves. */
function place(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "(not a URL)";
}
