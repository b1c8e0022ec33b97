import { listOf, name, oneOf, path, text, url, whole } from "./kinds.ts";
import { always, maybe } from "./setting.ts";

/** Where checkpoints of the evidence log are published: one destination of each kind. */
export const PUBLISH_SETTINGS = {
  "publish.directory": maybe({
    kind: path,
    variable: "PORTOLAN_PUBLISH_DIRECTORY",
    about: "a directory that gets every signed checkpoint, for example a mounted disk of another machine",
  }),
  "publish.git.repository": maybe({
    kind: text,
    variable: "PORTOLAN_PUBLISH_GIT",
    about: "a git repository (path or URL) that gets a commit for every signed checkpoint",
  }),
  "publish.git.branch": always("main", {
    kind: { ...text, schema: name, form: "a name" },
    variable: "PORTOLAN_PUBLISH_GIT_BRANCH",
    about: "the branch that those commits are pushed to",
  }),
  "publish.webhook.url": maybe({
    kind: url,
    variable: "PORTOLAN_PUBLISH_WEBHOOK",
    about: "a URL that gets every signed checkpoint, as a message of Standard Webhooks",
  }),
  "publish.webhook.secret": maybe({
    kind: text,
    variable: "PORTOLAN_PUBLISH_WEBHOOK_SECRET",
    secret: true,
    about: "the secret that signs those messages (whsec_ and base64)",
  }),
  "publish.mail.to": always<readonly string[]>([], {
    kind: listOf(name, "a list of addresses"),
    variable: "PORTOLAN_PUBLISH_MAIL_TO",
    about: "people who get the newest checkpoint once a day",
  }),
  "publish.mail.from": always("portolan@localhost", {
    kind: { ...text, schema: name, form: "an address" },
    variable: "PORTOLAN_PUBLISH_MAIL_FROM",
    about: "sender of those mails",
  }),
  "publish.mail.server": maybe({
    kind: text,
    variable: "PORTOLAN_PUBLISH_MAIL_SERVER",
    about: "the server that takes them, e.g. smtps://user@mail.example.com",
  }),
  "publish.mail.password": maybe({
    kind: text,
    variable: "PORTOLAN_PUBLISH_MAIL_PASSWORD",
    secret: true,
    about: "password of the user at that server",
  }),
  "publish.bucket.endpoint": maybe({
    kind: url,
    variable: "PORTOLAN_PUBLISH_BUCKET_ENDPOINT",
    about: "an S3-compatible store that gets every signed checkpoint, e.g. https://s3.eu-central-1.amazonaws.com",
  }),
  "publish.bucket.name": maybe({
    kind: { ...text, schema: name, form: "a name" },
    variable: "PORTOLAN_PUBLISH_BUCKET",
    about: "the bucket there; it has to have object lock",
  }),
  "publish.bucket.region": always("us-east-1", {
    kind: { ...text, schema: name, form: "a name" },
    variable: "PORTOLAN_PUBLISH_BUCKET_REGION",
    about: "region that requests to it are signed for",
  }),
  "publish.bucket.accessKeyId": maybe({
    kind: { ...text, schema: name, form: "a name" },
    variable: "PORTOLAN_PUBLISH_BUCKET_ACCESS_KEY_ID",
    about: "access key that may put, get and list objects there",
  }),
  "publish.bucket.secretAccessKey": maybe({
    kind: text,
    variable: "PORTOLAN_PUBLISH_BUCKET_SECRET_ACCESS_KEY",
    secret: true,
    about: "the secret of that access key",
  }),
  "publish.bucket.lock": always<"compliance" | "governance">("compliance", {
    kind: oneOf(["compliance", "governance"]),
    variable: "PORTOLAN_PUBLISH_BUCKET_LOCK",
    about: "mode of the object lock",
  }),
  "publish.bucket.retainDays": always(2_191, {
    kind: whole(1, 36_500),
    variable: "PORTOLAN_PUBLISH_BUCKET_RETAIN_DAYS",
    about: "for how many days an object there cannot be deleted",
  }),
} as const;
