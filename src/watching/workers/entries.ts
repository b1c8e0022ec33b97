declare module "../../model/entry.ts" {
  interface EntryData {
    "worker-joined": {
      readonly worker: number;
      readonly kind: "installation" | "worker";
      readonly vantage: string;
      readonly machine: string;
      readonly pid: number;
      /** Of its machine. */
      readonly addresses?: readonly string[];
    };
    "worker-left": { readonly worker: number; readonly reason: string; readonly leftAt?: string };
  }
}
export {};
