import { keepPreviousData, queryOptions, QueryClient } from "@tanstack/react-query";
import { call, Problem, type CallName, type CallRequest } from "./call.ts";

/**
 * A read of the record. The key begins with the name of the call, so that live events can refresh every answer of a
 * subject. An answer about a fixed past instant is read again too: the record may learn about it later.
 */
export function read<Name extends CallName>(name: Name, request?: CallRequest<Name>) {
  return queryOptions({
    queryKey: [name, request ?? {}] as const,
    queryFn: ({ signal }) => call(name, request, { signal }),
    placeholderData: keepPreviousData,
    // States go stale without an event.
    refetchInterval: Object.values(request ?? {}).includes("now") ? 60_000 : false,
  });
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: true,
        // A refusal is an answer: only silence and overload are worth another try.
        retry: (count, error) => count < 3 && error instanceof Problem && (error.status === 0 || error.status === 503),
      },
    },
  });
}
