declare module "../../platform/storage/tables.ts" {
  interface Tables {
    checkpoint_timestamp: { digest: string; size: number; key_id: string; stamped_at: Date; response: Uint8Array };
  }
}
export {};
