import { useQuery } from "@tanstack/react-query";
import type { Permission } from "../../../src/contract/index.ts";
import { meQuery } from "./account.ts";

/** Whether the signed-in user has a permission; the server decides, this only leaves out what it would refuse. */
export function useMay(permission: Permission): boolean {
  return useQuery(meQuery).data?.may.includes(permission) === true;
}
