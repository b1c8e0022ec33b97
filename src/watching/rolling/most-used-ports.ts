/**
 * The hundred TCP ports on which hosts most often run a service, by what they serve. The list is Portolan's own: services
 * that IANA's Service Name and Transport Protocol Port Number Registry lists, and the defaults that server software ships
 * with, chosen for how often administrators and developers start them. It is a set: the order within it means nothing.
 */
const BY_SERVICE: Readonly<Record<string, readonly number[]>> = {
  "remote access": [22, 23, 512, 513, 514, 2222, 3389, 5800, 5900, 5901, 5985, 5986, 10000],
  web: [80, 81, 443, 591, 3000, 3001, 4200, 5000, 5001, 5173, 8000, 8001, 8008, 8009, 8080, 8081, 8082, 8083],
  "web, encrypted and administration": [8088, 8090, 8123, 8443, 8444, 8834, 8880, 8888, 9000, 9001, 9080, 9090, 9443],
  proxies: [1080, 3128],
  mail: [25, 110, 143, 465, 587, 993, 995, 2525],
  "files and printing": [21, 111, 139, 445, 515, 548, 631, 873, 990, 2049, 9100],
  "names and directories": [53, 88, 135, 389, 636, 3268],
  databases: [1433, 1521, 3306, 5432, 6379, 7474, 9042, 9200, 11211, 27017, 28015],
  messaging: [1883, 4222, 5222, 5672, 9092, 15672, 61616],
  "clusters and containers": [2181, 2375, 2376, 2379, 5044, 6443, 8500, 10250],
  telephony: [1720, 5060, 5061],
};

export const MOST_USED_PORTS: readonly number[] = Object.values(BY_SERVICE)
  .flat()
  .sort((a, b) => a - b);
