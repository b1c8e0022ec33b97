declare module "../../platform/storage/tables.ts" {
  interface Tables {
    checkpoint_cosignature: { size: number; key_id: string; witness: string; cosigned_at: Date; line: string };
  }
}
export {};
