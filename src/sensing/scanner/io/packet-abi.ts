/** Numbers and layouts of packet(7) and mmap(2) that the SYN engine needs (include/uapi). */
export const AF_PACKET = 17;
export const SOCK_RAW = 3;
export const ETH_P_ALL = 0x0003;
export const MSG_DONTWAIT = 0x40;
export const SO_SNDBUF = 7;
export const SO_ATTACH_FILTER = 26;
export const SO_DOMAIN = 39;
export const SOL_PACKET = 263;
export const PACKET_RX_RING = 5;
export const PACKET_STATISTICS = 6;
export const PACKET_VERSION = 10;
export const PACKET_TX_RING = 13;
export const PACKET_QDISC_BYPASS = 20;
export const PACKET_IGNORE_OUTGOING = 23;
export const TPACKET_V2 = 1;
export const F_SETFD = 2;
export const FD_CLOEXEC = 1;

/** Of a frame in a receive ring. */
export const TP_STATUS_KERNEL = 0;
export const TP_STATUS_USER = 1;
/** Of a frame in a send ring. */
export const TP_STATUS_AVAILABLE = 0;
export const TP_STATUS_SEND_REQUEST = 1;
export const TP_STATUS_WRONG_FORMAT = 4;

/** `struct tpacket2_hdr`: status, length and captured length of 32 bits, then offset of the frame of 16. */
export const TPACKET_LENGTH_AT = 4;
export const TPACKET_CAPTURED_AT = 8;
export const TPACKET_MAC_AT = 12;
/** `struct sockaddr_ll` follows the header; its interface index is 4 bytes in. */
export const TPACKET_INTERFACE_AT = 32 + 4;
/** A frame to be sent begins here: TPACKET2_HDRLEN without the socket address. */
export const TPACKET_SEND_AT = 32;
