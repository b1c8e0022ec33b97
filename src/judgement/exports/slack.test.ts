import { describe, expect, it } from "vitest";
import { z } from "zod";
import { HOSTILE, hostileExport, hostileFinding } from "../../../test/hostile.ts";
import { sheetOf } from "./sheet.ts";
import { slackOf } from "./slack.ts";
import { visible } from "./visible.ts";

/** The limits that Slack documents for the blocks in use (Block Kit reference), and for its control sequences. */
const plainText = (most: number) =>
  z.strictObject({
    type: z.literal("plain_text"),
    text: z
      .string()
      .min(1)
      .max(most)
      .regex(/^(?:[^&<>]|&(?:amp|lt|gt);)*$/s, "&, < and > are markup"),
    emoji: z.literal(false),
  });
const block = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("header"), text: plainText(150) }),
  z.strictObject({ type: z.literal("section"), text: plainText(3_000) }),
  z.strictObject({ type: z.literal("context"), elements: z.array(plainText(3_000)).min(1).max(10) }),
  z.strictObject({ type: z.literal("divider") }),
]);
const message = z.strictObject({
  text: z
    .string()
    .max(4_000)
    .regex(/^Portolan: [\w ,]+$/, "Slack reads it as markup, so it must hold no foreign text"),
  mrkdwn: z.literal(false),
  link_names: z.literal(false),
  unfurl_links: z.literal(false),
  unfurl_media: z.literal(false),
  blocks: z.array(block).max(50),
});

const decoded = (text: string): string => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

function textsOf(exported: ReturnType<typeof hostileExport>): string[] {
  const sent = JSON.parse(JSON.stringify(slackOf(sheetOf(exported)))) as unknown;
  return message
    .parse(sent)
    .blocks.flatMap((each) => (each.type === "section" || each.type === "header" ? [decoded(each.text.text)] : []));
}

describe("a message for Slack", () => {
  it.each(Object.entries(HOSTILE))("shows %s as the text it is", (_name, text) => {
    const [, about, finding] = textsOf(hostileExport([text], text));
    const { fields } = hostileFinding(1, text);
    const shown = visible(text);
    if (shown.length < 60) expect(about?.split(shown)).toHaveLength(1 + 3);
    // All except the fingerprint, which is for programs.
    if (shown.length < 60) expect(finding?.split(shown)).toHaveLength(fields.length);
    else expect(finding).toContain(shown.slice(0, 100));
  });

  it("stays within Slack's limits, however many findings there are", () => {
    const ampersands = "&".repeat(10_000);
    const texts = textsOf(hostileExport(Array<string>(500).fill(ampersands), ampersands));
    expect(texts).toContain("And 480 more, which are in the CSV.");
  });
});
