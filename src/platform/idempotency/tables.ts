export {};

declare module "../storage/tables.ts" {
  interface Tables {
    idempotency_key: { principal: string; key: string; digest: string; answer: string | null; expires_at: Date };
  }
}
