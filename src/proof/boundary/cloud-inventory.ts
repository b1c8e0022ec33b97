import { z } from "zod";
import { createRecordList, unreadableSource, type RecordList, type SourceContent } from "./source-record.ts";

/** Nothing that the clouds print is nested deeper. */
const DEEPEST = 100;

const text = z.string().optional();
const tags = z.array(z.object({ Key: z.string(), Value: z.string() })).optional();
const awsInterface = z.object({
  NetworkInterfaceId: text,
  Description: text,
  TagSet: tags,
  PrivateIpAddress: text,
  PrivateIpAddresses: z
    .array(z.object({ PrivateIpAddress: text, Association: z.object({ PublicIp: text }).optional() }))
    .optional(),
  Ipv6Addresses: z.array(z.object({ Ipv6Address: text })).optional(),
  Association: z.object({ PublicIp: text }).optional(),
});
const awsInstance = z.object({
  InstanceId: z.string(),
  State: z.object({ Name: z.string() }).optional(),
  Tags: tags,
  PrivateIpAddress: text,
  PublicIpAddress: text,
  Ipv6Address: text,
  NetworkInterfaces: z.array(awsInterface).optional(),
});
const awsInstances = z.object({
  Reservations: z.array(z.object({ Instances: z.array(awsInstance) })),
  NextToken: text,
});
const awsInterfaces = z.object({ NetworkInterfaces: z.array(awsInterface), NextToken: text });
/** Older versions of the command write `Ip`, newer ones `IP`. */
const azureInterfaces = z.array(
  z.object({
    name: z.string(),
    ipConfigurations: z.array(
      z.object({ privateIPAddress: z.string().nullish(), privateIpAddress: z.string().nullish() }),
    ),
  }),
);
const azurePublic = z.array(
  z
    .object({
      name: z.string(),
      ipAddress: z.string().nullish(),
      dnsSettings: z.object({ fqdn: z.string().nullish() }).nullish(),
      publicIPAllocationMethod: text,
      publicIpAllocationMethod: text,
    })
    .refine((each) => (each.publicIPAllocationMethod ?? each.publicIpAllocationMethod) !== undefined),
);
const gcpInterface = z.object({
  networkIP: text,
  accessConfigs: z.array(z.object({ natIP: text })).optional(),
  ipv6Address: text,
  ipv6AccessConfigs: z.array(z.object({ externalIpv6: text })).optional(),
});
const gcpInstances = z.array(
  z.object({
    kind: z.literal("compute#instance"),
    name: z.string(),
    status: text,
    networkInterfaces: z.array(gcpInterface),
  }),
);

type Reading<Document> = (list: RecordList, document: Document) => void;

/** A format is recognized by the fields that its cloud documents, and by nothing else. */
const FORMATS: readonly { readonly format: string; read(document: unknown, list: RecordList): boolean }[] = [
  format("aws-instances", awsInstances, (list, { Reservations, NextToken }) => {
    refusePart(NextToken);
    for (const { Instances } of Reservations) for (const each of Instances) readAwsInstance(list, each);
  }),
  format("aws-network-interfaces", awsInterfaces, (list, { NetworkInterfaces, NextToken }) => {
    refusePart(NextToken);
    for (const each of NetworkInterfaces) {
      const id = each.NetworkInterfaceId ?? "network interface";
      addAll(list, addressesOfAws(each), nameIn(each.TagSet) ?? each.Description, id);
    }
  }),
  format("azure-nics", azureInterfaces, (list, nics) => {
    for (const { name, ipConfigurations } of nics) {
      const found = ipConfigurations.map((each) => each.privateIPAddress ?? each.privateIpAddress);
      addAll(list, found, name, `network interface ${name}`);
    }
  }),
  format("azure-public-ips", azurePublic, (list, all) => {
    for (const { name, ipAddress, dnsSettings } of all) {
      addAll(list, [ipAddress], dnsSettings?.fqdn ?? name, `public address ${name}`);
    }
  }),
  format("gcp-instances", gcpInstances, (list, instances) => {
    for (const { name, status, networkInterfaces } of instances) {
      const found = networkInterfaces.flatMap((each) => [
        each.networkIP,
        each.ipv6Address,
        ...(each.accessConfigs ?? []).map(({ natIP }) => natIP),
        ...(each.ipv6AccessConfigs ?? []).map(({ externalIpv6 }) => externalIpv6),
      ]);
      addAll(list, found, name, `instance ${status?.toLowerCase() ?? ""}`.trim());
    }
  }),
];

/** Reads what a cloud's own command lists as JSON. */
export function readInventory(content: string): SourceContent {
  const document = parsed(content);
  for (const { format: name, read } of FORMATS) {
    const list = createRecordList();
    if (read(document, list)) return list.content(name);
  }
  throw unreadableSource(
    "It is JSON, but none of the inventories that are known.",
    "Give the JSON of aws ec2 describe-instances, aws ec2 describe-network-interfaces, az network nic list, az network public-ip list, or gcloud compute instances list.",
  );
}

function format<Schema extends z.ZodType>(name: string, schema: Schema, reading: Reading<z.output<Schema>>) {
  return {
    format: name,
    read(document: unknown, list: RecordList): boolean {
      const found = schema.safeParse(document);
      // An empty list could be any of them.
      if (!found.success || (Array.isArray(found.data) && found.data.length === 0)) return false;
      reading(list, found.data);
      return true;
    },
  };
}

function readAwsInstance(list: RecordList, instance: z.output<typeof awsInstance>): void {
  const state = instance.State?.Name ?? "";
  if (state === "terminated" || state === "shutting-down") return list.ended();
  const found = [
    instance.PrivateIpAddress,
    instance.PublicIpAddress,
    instance.Ipv6Address,
    ...(instance.NetworkInterfaces ?? []).flatMap(addressesOfAws),
  ];
  addAll(list, found, nameIn(instance.Tags), `${instance.InstanceId} ${state}`.trim());
}

function addressesOfAws(each: z.output<typeof awsInterface>): (string | undefined)[] {
  return [
    each.PrivateIpAddress,
    each.Association?.PublicIp,
    ...(each.PrivateIpAddresses ?? []).flatMap((one) => [one.PrivateIpAddress, one.Association?.PublicIp]),
    ...(each.Ipv6Addresses ?? []).map(({ Ipv6Address }) => Ipv6Address),
  ];
}

function nameIn(all: z.output<typeof tags>): string | undefined {
  return all?.find(({ Key }) => Key === "Name")?.Value;
}

function addAll(
  list: RecordList,
  found: readonly (string | null | undefined)[],
  name: string | undefined,
  detail: string,
): void {
  const given = found.filter((each) => typeof each === "string" && each !== "") as string[];
  const called = name === undefined || name === "" ? detail : name;
  for (const address of given) list.address(address, { name: called, detail, place: detail });
  if (given.length === 0) list.name(called, detail);
}

function refusePart(next: string | undefined): void {
  if (next === undefined || next === "") return;
  throw unreadableSource("It lists only a part: NextToken names the rest.", "List all pages of it, and import that.");
}

function parsed(content: string): unknown {
  refuseDeep(content);
  try {
    return JSON.parse(content) as unknown;
  } catch {
    throw unreadableSource(
      "It is not JSON.",
      "Save it again with --output json or --format json, and import it whole.",
    );
  }
}

/** Reads brackets only, so that a document made to exhaust the stack is refused before anything is built from it. */
function refuseDeep(content: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < content.length; at += 1) {
    const character = content[at];
    if (quoted && character === "\\") at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "[" || character === "{")) depth += 1;
    else if (!quoted && (character === "]" || character === "}")) depth -= 1;
    if (depth > DEEPEST) {
      throw unreadableSource(
        "Its JSON is nested too deeply for an inventory.",
        "Give the unchanged JSON of the cloud's command.",
      );
    }
  }
}
