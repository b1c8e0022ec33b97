import type { Clock } from "../../../model/index.ts";
import type { Egress } from "../../../platform/egress/index.ts";
import type { Destination } from "../destination.ts";
import { toBucket, type BucketPlace } from "./to-bucket.ts";
import { toDirectory } from "./to-directory.ts";
import { toGit, type GitPlace } from "./to-git.ts";
import { toMail, type MailPlace } from "./to-mail.ts";
import { toWebhook, type WebhookPlace } from "./to-webhook.ts";

/** Where checkpoints go. Each kind at most once. */
export interface PublicationPlaces {
  readonly directory?: string | undefined;
  readonly git?: GitPlace | undefined;
  readonly webhook?: WebhookPlace | undefined;
  readonly mail?: MailPlace | undefined;
  readonly bucket?: BucketPlace | undefined;
}

export function destinationsOf(
  { directory, git, webhook, mail, bucket }: PublicationPlaces,
  { home, egress, clock }: { readonly home: string; readonly egress: Egress; readonly clock: Clock },
): Destination[] {
  return [
    ...(directory === undefined ? [] : [toDirectory(directory)]),
    ...(git === undefined ? [] : [toGit(git, home, egress)]),
    ...(webhook === undefined ? [] : [toWebhook(webhook, egress, clock)]),
    ...(mail === undefined ? [] : [toMail(mail, egress)]),
    ...(bucket === undefined ? [] : [toBucket(bucket, egress, clock)]),
  ];
}
