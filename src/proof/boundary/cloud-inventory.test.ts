import { expect, it } from "vitest";
import { readInventory } from "./cloud-inventory.ts";

const read = (document: unknown) => {
  const { format, records, leftOut } = readInventory(JSON.stringify(document));
  return [
    format,
    ...records.map(({ name, address, detail }) => `${name ?? "-"} ${address ?? "-"} ${detail}`),
    leftOut.ended,
  ];
};
const nic = {
  NetworkInterfaceId: "eni-1",
  Description: "",
  PrivateIpAddress: "10.0.0.1",
  PrivateIpAddresses: [
    { PrivateIpAddress: "10.0.0.1", Primary: true, Association: { PublicIp: "203.0.113.1", IpOwnerId: "amazon" } },
    { PrivateIpAddress: "10.0.0.2", Primary: false },
  ],
  Ipv6Addresses: [{ Ipv6Address: "2001:db8::1" }],
};

it("reads instances of AWS with all addresses of their interfaces, and leaves out terminated ones", () => {
  const Instances = [
    {
      InstanceId: "i-1",
      State: { Code: 16, Name: "running" },
      Tags: [{ Key: "Name", Value: "web" }],
      PrivateIpAddress: "10.0.0.1",
      PublicIpAddress: "203.0.113.1",
      NetworkInterfaces: [nic],
    },
    { InstanceId: "i-2", State: { Code: 48, Name: "terminated" }, PrivateIpAddress: "10.0.0.9" },
    { InstanceId: "i-3", State: { Code: 80, Name: "stopped" } },
  ];
  expect(read({ Reservations: [{ ReservationId: "r-1", Instances }] })).toEqual([
    "aws-instances",
    "web 10.0.0.1 i-1 running",
    "web 203.0.113.1 i-1 running",
    "web 10.0.0.2 i-1 running",
    "web 2001:db8::1 i-1 running",
    "i-3 stopped - i-3 stopped",
    1,
  ]);
});

it("reads network interfaces of AWS", () => {
  expect(read({ NetworkInterfaces: [{ ...nic, TagSet: [{ Key: "Name", Value: "lb" }] }] }).slice(0, 3)).toEqual([
    "aws-network-interfaces",
    "lb 10.0.0.1 eni-1",
    "lb 203.0.113.1 eni-1",
  ]);
});

it("reads network interfaces and public addresses of Azure, as older and newer versions write them", () => {
  const nics = [
    {
      name: "vm-nic",
      ipConfigurations: [{ privateIPAddress: "10.1.0.4" }, { privateIpAddress: "10.1.0.5", privateIPAddress: null }],
    },
  ];
  expect(read(nics)).toEqual([
    "azure-nics",
    "vm-nic 10.1.0.4 network interface vm-nic",
    "vm-nic 10.1.0.5 network interface vm-nic",
    0,
  ]);
  const ips = [
    { name: "gw", ipAddress: "203.0.113.9", publicIPAllocationMethod: "Static", dnsSettings: { fqdn: "gw.example" } },
    { name: "free", ipAddress: null, publicIPAllocationMethod: "Dynamic", dnsSettings: null },
  ];
  expect(read(ips)).toEqual([
    "azure-public-ips",
    "gw.example 203.0.113.9 public address gw",
    "free - public address free",
    0,
  ]);
});

it("reads instances of Google Cloud", () => {
  const networkInterfaces = [
    {
      networkIP: "10.2.0.2",
      accessConfigs: [{ natIP: "203.0.113.7" }, { type: "ONE_TO_ONE_NAT" }],
      ipv6AccessConfigs: [{ externalIpv6: "2001:db8:2::" }],
    },
  ];
  expect(read([{ kind: "compute#instance", name: "db", status: "RUNNING", networkInterfaces }])).toEqual([
    "gcp-instances",
    "db 10.2.0.2 instance running",
    "db 203.0.113.7 instance running",
    "db 2001:db8:2:: instance running",
    0,
  ]);
});

const deep = `${"[".repeat(5_000_000)}`;
it.each([
  ["a part of a list", JSON.stringify({ Reservations: [], NextToken: "x" }), /List all pages/],
  ["other JSON", '{"Vpcs":[]}', /aws ec2 describe-instances/],
  ["an empty list, which any cloud could have written", "[]", /aws ec2 describe-instances/],
  ["half of a document", '{"Reservations":[', /import it whole/],
  ["a document that is too deep", deep, /unchanged JSON/],
])("refuses %s", (_, text, next) => {
  expect(() => readInventory(text)).toThrow(expect.objectContaining({ next: expect.stringMatching(next) as string }));
});

it("is not misled by brackets in strings", () => {
  const Instances = [{ InstanceId: `${"[{".repeat(500)}\\"`, PrivateIpAddress: "10.0.0.1" }];
  expect(read({ Reservations: [{ Instances }] })).toHaveLength(3);
});
