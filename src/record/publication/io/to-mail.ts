import { createTransport } from "nodemailer";
import type { Egress } from "../../../platform/egress/index.ts";
import type { Destination, Published } from "../destination.ts";
import { logFolder } from "../note-name.ts";

export interface MailPlace {
  /** `smtp://user@mail.example.com:587`, or `smtps://` for TLS from the first byte. */
  readonly server: string;
  readonly password?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

const DAY = 86_400_000;
const PATIENCE = 30_000;

/**
 * Mail to people, at most once a day: a checkpoint covers all earlier ones. A public server has to offer TLS; the address
 * is judged first, and the connection is made to it and no other.
 */
export function toMail(place: MailPlace, egress: Egress): Destination {
  return {
    name: `mail ${place.to.join(", ")}`,
    every: DAY,
    async send(checkpoint) {
      const { hostname, port, protocol, username } = new URL(place.server);
      const host = hostname.replace(/^\[(.*)\]$/, "$1");
      const secure = protocol === "smtps:";
      const { address, isPublic } = await egress.addressOf(host);
      const transport = createTransport({
        host: address,
        port: port === "" ? (secure ? 465 : 587) : Number(port),
        secure,
        requireTLS: isPublic,
        tls: { servername: host },
        ...(username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: place.password ?? "" } }),
        connectionTimeout: PATIENCE,
        greetingTimeout: PATIENCE,
        socketTimeout: PATIENCE,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        await transport.sendMail(messageOf(checkpoint, place));
      } finally {
        transport.close();
      }
    },
  };
}

function messageOf({ origin, size, generation, note }: Published, { from, to }: MailPlace) {
  const name = `${logFolder(origin)}-${size}${generation === 1 ? "" : `-${generation}`}`;
  return {
    from: { name: "Portolan", address: from },
    to: to.map((address) => ({ name: "", address })),
    subject: `Checkpoint over ${size} entries of ${origin}`,
    messageId: `<${name}@${from.slice(from.lastIndexOf("@") + 1)}>`,
    text: `Keep this message. The attached checkpoint shows whether the evidence log was changed since:\n\n  portolan evidence verify --against ${name}.txt\n\nEntries: ${size}\nLog: ${origin}\n`,
    attachments: [{ filename: `${name}.txt`, content: note, contentType: "text/plain; charset=utf-8" }],
    headers: { "Auto-Submitted": "auto-generated" },
  };
}
