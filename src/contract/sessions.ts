import { z } from "zod";
import { defineOperation } from "./define-operation.ts";
import { resultOf } from "./fields.ts";
import { furtherForAll, ofUserQuery, personInstant, personParams } from "./person-fields.ts";
import { userExample } from "./users.ts";

const session = z.object({
  id: z.string(),
  user: z.string(),
  current: z.boolean().describe("true for the session of this request"),
  address: z.string(),
  agent: z.string().describe("the User-Agent that the browser claims"),
  createdAt: personInstant,
  expiresAt: personInstant,
});

export const sessionsResult = resultOf("sessions", { sessions: z.array(session) });

export const sessionRevokedResult = resultOf("session-revoked", { session: z.string() });

export type SessionsResult = z.infer<typeof sessionsResult>;
export type SessionRevokedResult = z.infer<typeof sessionRevokedResult>;

export const sessionsExample: SessionsResult = {
  schema: "portolan.sessions/1",
  sessions: [
    {
      id: "e1d2c3b4-1a2b-4c3d-8e4f-5a6b7c8d9e44",
      user: userExample.email,
      current: false,
      address: "192.0.2.7",
      agent: "a browser",
      createdAt: "2026-03-14T08:00:00.000Z",
      expiresAt: "2026-03-14T20:00:00.000Z",
    },
  ],
};

export const sessionRevokedExample: SessionRevokedResult = {
  schema: "portolan.session-revoked/1",
  session: "e1d2c3b4-1a2b-4c3d-8e4f-5a6b7c8d9e44",
};

export const sessionOperations = {
  list: defineOperation({
    id: "listSessions",
    method: "GET",
    path: "/api/v1/sessions",
    tag: "people",
    summary: "List one's own sessions, or everybody's",
    permission: "account:own",
    further: furtherForAll,
    query: ofUserQuery,
    result: sessionsResult,
    example: { answer: sessionsExample },
  }),
  revoke: defineOperation({
    id: "revokeSession",
    method: "DELETE",
    path: "/api/v1/sessions/:id",
    tag: "people",
    summary: "End a session, in any browser, immediately",
    permission: "account:own",
    params: personParams,
    result: sessionRevokedResult,
    problems: [404],
    example: { path: { id: sessionRevokedExample.session }, answer: sessionRevokedExample },
  }),
};
