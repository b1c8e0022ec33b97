import { createHash } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";
import type { Addressing } from "../../../contract/index.ts";
import type { Instant } from "../../../model/index.ts";
import type { MailContent } from "../mail.ts";

/**
 * A complete RFC 5322 message with CRLF line ends. The same content gives the same bytes, including Message-ID and
 * boundary: receivers recognize a message that is sent twice.
 */
export async function composeMail(content: MailContent, addressing: Addressing, at: Instant): Promise<Uint8Array> {
  const from = addressing.mailFrom ?? "portolan@localhost";
  const to = addressing.mailTo ?? [];
  const digest = createHash("sha256")
    .update(JSON.stringify([content, from, to, at]))
    .digest("hex")
    .slice(0, 32);
  const message = new MailComposer({
    from: { name: "Portolan", address: from },
    // As objects, so that no address is parsed as several.
    to: to.map((address) => ({ name: "", address })),
    subject: content.subject,
    date: new Date(at),
    messageId: `<${digest}@${from.slice(from.lastIndexOf("@") + 1)}>`,
    text: content.text,
    html: content.html,
    headers: { "Auto-Submitted": "auto-generated" },
    baseBoundary: digest,
    newline: "win",
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return await message.compile().build();
}
