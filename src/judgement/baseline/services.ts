import type { Transport } from "../../model/index.ts";

/**
 * Names that IANA's Service Name and Transport Protocol Port Number Registry (RFC 6335) assigns to ports that are
 * common in practice. Ports mostly used for something else than their registered service (8000, 9200, …) are left out:
 * a wrong name misleads more than none.
 */
const TCP_AND_UDP = `
1 tcpmux, 7 echo, 9 discard, 11 systat, 13 daytime, 17 qotd, 18 msp, 19 chargen, 20 ftp-data, 21 ftp, 22 ssh,
23 telnet, 25 smtp, 37 time, 42 nameserver, 43 nicname, 49 tacacs, 53 domain, 67 bootps, 68 bootpc, 69 tftp,
70 gopher, 79 finger, 80 http, 88 kerberos, 102 iso-tsap, 104 acr-nema, 107 rtelnet, 109 pop2, 110 pop3,
111 sunrpc, 113 auth, 115 sftp, 117 uucp-path, 118 sqlserv, 119 nntp, 123 ntp, 135 epmap, 137 netbios-ns,
138 netbios-dgm, 139 netbios-ssn, 156 sqlsrv, 161 snmp, 162 snmptrap, 170 print-srv, 177 xdmcp, 179 bgp, 194 irc,
199 smux, 209 qmtp, 210 z39.50, 213 ipx, 220 imap3, 259 esro-gen, 264 bgmp, 280 http-mgmt, 318 pkix-timestamp,
319 ptp-event, 320 ptp-general, 350 matip-type-a, 366 odmr, 369 rpc2portmap, 370 codaauth2, 371 clearcase,
383 hp-alarm-mgr, 384 arns, 387 aurp, 389 ldap, 401 ups, 427 svrloc, 434 mobileip-agent, 443 https, 444 snpp,
445 microsoft-ds, 464 kpasswd, 487 saft, 497 retrospect, 500 isakmp, 502 mbap, 504 citadel, 515 printer,
517 talk, 518 ntalk, 521 ripng, 524 ncp, 525 timed, 530 courier, 540 uucp, 541 uucp-rlogin, 543 klogin,
544 kshell, 546 dhcpv6-client, 547 dhcpv6-server, 548 afpovertcp, 550 new-rwho, 554 rtsp, 556 remotefs,
563 nntps, 564 9pfs, 587 submission, 591 http-alt, 593 http-rpc-epmap, 628 qmqp, 631 ipp, 636 ldaps, 639 msdp,
646 ldp, 647 dhcp-failover, 648 rrp, 654 aodv, 655 tinc, 657 rmc, 674 acap, 684 corba-iiop-ssl,
691 msexch-routing, 694 ha-cluster, 698 olsr, 700 epp, 706 silc, 711 cisco-tdp, 749 kerberos-adm, 802 mbap-s,
830 netconf-ssh, 847 dhcp-failover2, 848 gdoi, 853 domain-s, 854 dlep, 860 iscsi, 873 rsync, 910 kink,
989 ftps-data, 990 ftps, 992 telnets, 995 pop3s, 1080 socks, 1085 webobjects, 1093 proofd, 1094 rootd,
1098 rmiactivation, 1099 rmiregistry, 1194 openvpn, 1241 nessus, 1270 opsmgr, 1344 icap, 1352 lotusnote,
1414 ibm-mqseries, 1433 ms-sql-s, 1434 ms-sql-m, 1494 ica, 1503 imtc-mcs, 1512 wins, 1524 ingreslock, 1589 vqp,
1604 icabrowser, 1677 groupwise, 1701 l2tp, 1719 h323gatestat, 1720 h323hostcall, 1723 pptp, 1755 ms-streaming,
1801 msmq, 1812 radius, 1813 radius-acct, 1883 mqtt, 1900 ssdp, 1935 macromedia-fcs, 1967 sns-quote, 1985 hsrp,
2000 cisco-sccp, 2049 nfs, 2083 radsec, 2101 rtcm-sc104, 2102 zephyr-srv, 2103 zephyr-clt, 2104 zephyr-hm,
2123 gtp-control, 2152 gtp-user, 2159 gdbremote, 2401 cvspserver, 2404 iec-104, 2427 mgcp-gateway, 2483 ttc,
2484 ttc-ssl, 2535 madcap, 2598 citriximaclient, 2628 dict, 2638 sybaseanywhere, 2727 mgcp-callagent,
2809 corbaloc, 2811 gsiftp, 2947 gpsd, 3020 cifs, 3050 gds_db, 3130 icpv2, 3205 isns, 3225 fcip-port,
3260 iscsi-target, 3268 msft-gc, 3269 msft-gc-ssl, 3283 net-assistant, 3288 cops, 3306 mysql,
3343 ms-cluster-net, 3351 btrieve, 3389 ms-wbt-server, 3478 stun, 3493 nut, 3544 teredo, 3632 distcc,
3659 apple-sasl, 3671 efcp, 3689 daap, 3690 svn, 3702 ws-discovery, 3784 bfd-control, 3785 bfd-echo,
3799 radius-dynauth, 3872 oem-agent, 4035 wap-push-http, 4045 npp, 4172 pcoip, 4321 rwhois, 4353 f5-iquery,
4369 epmd, 4486 icms, 4500 ipsec-nat-t, 4569 iax, 4662 oms, 4711 trinity-dist, 4730 gearman, 4739 ipfix,
4740 ipfixs, 4843 opcua-tls, 4899 radmin-port, 4949 munin, 4952 sagxtsds, 5001 commplex-link, 5004 avt-profile-1,
5005 avt-profile-2, 5009 winfs, 5022 mice, 5060 sip, 5061 sips, 5084 llrp, 5085 encrypted-llrp, 5190 aol,
5298 presence, 5308 cfengine, 5349 stun-behaviors, 5353 mdns, 5355 llmnr, 5357 wsdapi, 5358 wsdapi-s, 5402 mftp,
5404 hpoms-dps-lstn, 5405 netsupport, 5432 postgresql, 5500 fcp-addr-srvr1, 5556 freeciv, 5568 sdt,
5631 pcanywheredata, 5632 pcanywherestat, 5671 amqps, 5672 amqp, 5678 rrac, 5683 coap, 5684 coaps, 5722 msdfsr,
5723 omhs, 5724 omsdk, 5741 ida-discover1, 5742 ida-discover2, 5859 wherehoo, 5900 rfb, 5963 indy, 5984 couchdb,
5985 wsman, 5986 wsmans, 5988 wbem-http, 5989 wbem-https, 5990 wbem-exp-https, 6346 gnutella-svc,
6347 gnutella-rtr, 6514 syslog-tls, 6543 lds-distrib, 6566 sane-port, 6619 odette-ftps, 6653 openflow,
7000 afs3-fileserver, 7001 afs3-callback, 7100 font-service, 7400 rtps-discovery, 7443 oracleas-https, 7547 cwmp,
7627 soap-http, 7676 imqbrokerd, 7680 ms-do, 8008 http-alt, 8080 http-alt, 8118 privoxy, 8243 synapse-nhttps,
8280 synapse-nhttp, 8443 pcsync-https, 8472 otv, 8600 asterix, 8883 secure-mqtt, 8990 http-wmap, 8991 https-wmap,
9100 pdl-datastream, 9101 bacula-dir, 9102 bacula-fd, 9103 bacula-sd, 9418 git, 9443 tungsten-https, 9618 condor,
9695 ccnx, 9898 monkeycom, 10000 ndmp, 10050 zabbix-agent, 10051 zabbix-trapper, 10080 amanda, 11112 dicom,
11211 memcache, 11371 hkp, 11720 h323callsigalt, 13720 bprd, 13724 vnetd, 13782 bpcd, 16992 amt-soap-http,
16993 amt-soap-https, 16994 amt-redir-tcp, 16995 amt-redir-tls, 18181 opsec-cvp, 18182 opsec-ufp,
18183 opsec-sam, 18184 opsec-lea, 20000 dnp, 20049 nfsrdma, 24554 binkp, 26000 quake, 33434 traceroute,
34962 profinet-rt, 34963 profinet-rtm, 34964 profinet-cm, 34980 ethercat, 44321 pmcd, 44322 pmproxy,
47808 bacnet
`;

const TCP_ONLY = `
143 imap, 465 submissions, 512 exec, 513 login, 514 shell, 520 efs, 623 oob-ws-http, 664 oob-ws-https,
861 owamp-control, 862 twamp-control, 953 rndc, 993 imaps, 2375 docker, 2376 docker-s, 2377 swarm,
2379 etcd-client, 2380 etcd-server, 2855 msrp, 3386 gprs-data, 3868 diameter, 4190 sieve, 4433 vop, 4460 ntske,
4753 simon, 4786 smart-install, 4840 opcua-tcp, 5222 xmpp-client, 5269 xmpp-server, 5280 xmpp-bosh, 5666 nrpe,
5868 diameters, 6379 redis, 6432 pgbouncer, 6513 netconf-tls, 6556 checkmk-agent, 6600 mshvlm,
6632 mxodbc-connect, 6640 ovsdb, 6697 ircs-u, 7474 neo4j, 7687 bolt, 8009 nvme-disc, 8140 puppet,
8953 ub-dns-control, 9312 sphinxapi, 9389 adws, 9390 otp, 10161 snmptls, 10162 snmptls-trap, 10809 nbd,
10933 octopustentacle, 11104 netapp-icmgmt, 11105 netapp-icdata, 17500 db-lsp, 22125 dcap, 27017 mongodb,
44323 pmwebapi, 47001 winrm
`;

const UDP_ONLY = `
465 igmpv3lite, 512 biff, 513 who, 514 syslog, 520 router, 623 asf-rmcp, 664 asf-secure-rmcp, 861 owamp-test,
862 twamp-test, 3386 gprs-sig, 4753 simon-disc, 4789 vxlan, 4840 opcua-udp, 5246 capwap-control,
5247 capwap-data, 5351 pcp, 6080 gue, 6633 cisco-vpath-tun, 6635 mpls-udp, 6636 mpls-udp-dtls, 10161 snmpdtls,
10162 snmpdtls-trap, 17500 db-lsp-disc
`;

const NAMES: Readonly<Record<Transport, ReadonlyMap<number, string>>> = {
  tcp: new Map([...readNames(TCP_AND_UDP), ...readNames(TCP_ONLY)]),
  udp: new Map([...readNames(TCP_AND_UDP), ...readNames(UDP_ONLY)]),
};

function readNames(table: string): [port: number, name: string][] {
  return table
    .trim()
    .split(/,\s+/)
    .map((entry) => {
      const blank = entry.indexOf(" ");
      return [Number(entry.slice(0, blank)), entry.slice(blank + 1)];
    });
}

/** The name registered for the port; undefined when it is not in this list. Not the service that really runs on it. */
export function serviceName(transport: Transport, port: number): string | undefined {
  return NAMES[transport].get(port);
}

/** The ports with a name, ascending. */
export function namedPorts(transport: Transport): readonly number[] {
  return [...NAMES[transport].keys()].sort((a, b) => a - b);
}
