import { expect, it } from "vitest";
import { noteIn, noteName, numbersInName } from "./note-name.ts";
import { sigv4 } from "./sigv4.ts";
import { webhookHeaders, webhookMessage } from "./webhook.ts";

const NOTE =
  "portolan/5f0c1d2e3a4b5968\n12\nq83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=\n\n— portolan/5f0c1d2e3a4b5968 GisoAAAA\n";

it("signs a webhook as the example of Standard Webhooks", () => {
  const message = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: '{"test": 2432232314}' };
  const headers = webhookHeaders(message, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1_614_265_330_000);
  expect(headers).toMatchObject({
    "webhook-id": message.id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

it("gives a checkpoint the same webhook at every attempt", () => {
  const checkpoint = { origin: "portolan/5f0c1d2e3a4b5968", size: 12, generation: 1, note: NOTE };
  expect(webhookMessage(checkpoint)).toEqual(webhookMessage({ ...checkpoint }));
  expect(webhookMessage(checkpoint).id).toBe("checkpoint.portolan-5f0c1d2e3a4b5968.1.12");
  expect(webhookMessage({ ...checkpoint, generation: 2 }).id).not.toBe(webhookMessage(checkpoint).id);
});

it("signs a request to a bucket as the example in the S3 documentation", () => {
  const request = {
    method: "PUT",
    url: "https://examplebucket.s3.amazonaws.com/test$file.text",
    headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
    body: "Welcome to Amazon S3.",
  };
  const key = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    region: "us-east-1",
  };
  expect(sigv4(request, key, Date.parse("2013-05-24T00:00:00Z"))["authorization"]).toMatch(
    /Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd$/,
  );
});

it("names a checkpoint by log and size, so that names sort by size and stay within their folder", () => {
  const named = (origin: string, size: number, generation = 1) => noteName({ origin, size, generation });
  expect(named("portolan/5f0c1d2e3a4b5968", 1_204)).toBe("portolan-5f0c1d2e3a4b5968/000000001204.txt");
  expect(named("..", 1)).toBe("-/000000000001.txt");
  expect(named("../../etc/cron.d", 1)).toBe("--..-etc-cron.d/000000000001.txt");
  expect(numbersInName(named("x", 1_204, 3))).toEqual({ size: 1_204, generation: 3 });
  expect(numbersInName("notes/1204.txt")).toBeUndefined();
});

it("finds the note in a text with lines before it, CRLF, or without its last line end", () => {
  expect(noteIn(NOTE)).toBe(NOTE);
  expect(noteIn(`Dear auditor,\r\n\r\n${NOTE.replaceAll("\n", "\r\n")}\r\n\r\n`)).toBe(NOTE);
  expect(noteIn(NOTE.trimEnd())).toBe(NOTE);
  expect(noteIn("no note")).toBeUndefined();
});
