/** Numbers and layouts of the Linux user space interface that the epoll transports need (include/uapi). */
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
export const IPPROTO_IP = 0;
export const IPPROTO_TCP = 6;
export const IPPROTO_IPV6 = 41;
export const IP_RECVERR = 11;
export const IPV6_RECVERR = 25;
export const MSG_DONTWAIT = 0x40;
export const MSG_ERRQUEUE = 0x2000;
export const SOL_SOCKET = 1;
export const SO_ERROR = 4;
export const EPOLL_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLLIN = 0x001;
export const EPOLLOUT = 0x004;
export const EPOLLRDHUP = 0x2000;
export const EPOLLET = 0x8000_0000;

/** `struct epoll_event` is packed on x86 alone: 12 bytes with the data at 4, else 16 with the data at 8. */
const PACKED = process.arch === "x64" || process.arch === "ia32";
export const EPOLL_EVENT_SIZE = PACKED ? 12 : 16;
export const EPOLL_DATA_AT = PACKED ? 4 : 8;
