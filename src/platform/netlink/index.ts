/** Queries to the Linux kernel over netlink(7): its routes, its listening sockets. */
export {
  attributesOf,
  errorOf,
  LITTLE,
  NETLINK_HEADER,
  netlinkMessage,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  readMessage,
  withAttribute,
  type NetlinkMessage,
} from "./message.ts";
export {
  NETLINK_ROUTE,
  NETLINK_SOCK_DIAG,
  openNetlink,
  type NetlinkOpening,
  type NetlinkSocket,
} from "./io/netlink-socket.ts";
