import { Fault } from "../model/index.ts";
import type { Settings } from "../platform/configuration/index.ts";
import type { PublicationConfig } from "./app-port.ts";

/** Where the settings publish checkpoints. @throws Fault `config-invalid` for a destination that is set only in part */
export function publicationOf(settings: Settings): PublicationConfig {
  const repository = settings["publish.git.repository"];
  return {
    allow: settings["egress.allow"],
    directory: settings["publish.directory"],
    git: repository === undefined ? undefined : { repository, branch: settings["publish.git.branch"] },
    webhook: webhookOf(settings),
    mail: mailOf(settings),
    bucket: bucketOf(settings),
  };
}

function webhookOf(settings: Settings): PublicationConfig["webhook"] {
  const [url, secret] = [settings["publish.webhook.url"], settings["publish.webhook.secret"]];
  if (url === undefined && secret === undefined) return undefined;
  if (url !== undefined && secret !== undefined) return { url, secret };
  throw partial(
    "publish.webhook",
    "a webhook requires its URL and its secret",
    "publish.webhook.url and publish.webhook.secretFile",
  );
}

function mailOf(settings: Settings): PublicationConfig["mail"] {
  const [to, server] = [settings["publish.mail.to"], settings["publish.mail.server"]];
  if (to.length === 0 && server === undefined) return undefined;
  const [from, password] = [settings["publish.mail.from"], settings["publish.mail.password"]];
  if (to.length > 0 && server !== undefined && /^smtps?:\/\/[^/]/.test(server)) return { to, server, from, password };
  throw partial(
    "publish.mail",
    "mail requires recipients and a server, smtp:// or smtps://",
    "publish.mail.to and publish.mail.server",
  );
}

function bucketOf(settings: Settings): PublicationConfig["bucket"] {
  const endpoint = settings["publish.bucket.endpoint"];
  const bucket = settings["publish.bucket.name"];
  const accessKeyId = settings["publish.bucket.accessKeyId"];
  const secretAccessKey = settings["publish.bucket.secretAccessKey"];
  const region = settings["publish.bucket.region"];
  const [retainDays, lock] = [settings["publish.bucket.retainDays"], settings["publish.bucket.lock"]];
  if ([endpoint, bucket, accessKeyId, secretAccessKey].every((each) => each === undefined)) return undefined;
  if (endpoint !== undefined && bucket !== undefined && accessKeyId !== undefined && secretAccessKey !== undefined)
    return { endpoint, bucket, accessKeyId, secretAccessKey, region, retainDays, lock };
  throw partial(
    "publish.bucket",
    "a bucket requires an endpoint, a name, an access key and its secret",
    "publish.bucket.endpoint, publish.bucket.name, publish.bucket.accessKeyId and publish.bucket.secretAccessKeyFile",
  );
}

function partial(place: string, requires: string, settings: string): Fault {
  return new Fault("config-invalid", `Publication of checkpoints is only partly configured: ${requires}.`, {
    place,
    next: `Set ${settings}, or none of them.`,
  });
}
