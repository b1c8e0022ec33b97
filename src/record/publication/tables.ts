declare module "../../platform/storage/tables.ts" {
  interface Tables {
    checkpoint_sent: { destination: string; size: number; sent_at: Date };
    checkpoint_destination: {
      destination: string;
      attempts: number;
      next_at: Date;
      failing_since: Date | null;
      problem: string | null;
    };
  }
}
export {};
