// Calls the simulated clouds with clients of the vendors, unmodified, and prints
// a table of client and operation. The environment is that of cmd/cloudsim.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";

import { ComputeManagementClient } from "@azure/arm-compute";
import { NetworkManagementClient } from "@azure/arm-network";
import { ResourceManagementClient } from "@azure/arm-resources";
import { SubscriptionClient } from "@azure/arm-resources-subscriptions";
import { ClientSecretCredential } from "@azure/identity";
import { LogsIngestionClient } from "@azure/monitor-ingestion";
import { LogsQueryClient } from "@azure/monitor-query-logs";
import { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import core from "@huaweicloud/huaweicloud-sdk-core";
// The package's own entry also loads its version 5, which lacks a file.
import iam from "@huaweicloud/huaweicloud-sdk-iam/v3/public-api.js";

const env = process.env;
const subscription = env.CLOUDTAP_SIM_SUBSCRIPTION_ID;
const arm = env.CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT;
const credential = new ClientSecretCredential(env.ARM_TENANT_ID, env.ARM_CLIENT_ID, env.ARM_CLIENT_SECRET, {
  authorityHost: env.CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT,
  disableInstanceDiscovery: true,
});

const segment = (id, after) => id.split("/")[id.toLowerCase().split("/").indexOf(after.toLowerCase()) + 1];
async function all(pages) {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
}

const results = [];
async function check(client, operation, call) {
  const manifest = new URL(`node_modules/${client}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  try {
    const value = await call();
    results.push({ client, version, operation, result: "pass" });
    return value;
  } catch (error) {
    results.push({ client, version, operation, result: `FAIL ${error.code ?? ""} ${error.message}`.slice(0, 200) });
  }
}

async function identity() {
  for (const [name, scope] of [
    ["public audience", "https://management.azure.com/.default"],
    ["the endpoint as audience", `${arm}/.default`],
  ]) {
    await check("@azure/identity", `ClientSecretCredential.getToken, ${name}`, async () => {
      assert.ok((await credential.getToken(scope)).token);
    });
  }
}

async function resources() {
  const subscriptions = new SubscriptionClient(credential, { endpoint: arm });
  const client = "@azure/arm-resources-subscriptions";
  await check(client, "subscriptions.list", async () => assert.equal((await all(subscriptions.subscriptions.list()))[0].subscriptionId, subscription));
  await check(client, "subscriptions.get", async () => assert.equal((await subscriptions.subscriptions.get(subscription)).tenantId, env.ARM_TENANT_ID));
  await check(client, "subscriptions.listLocations", async () => assert.ok((await all(subscriptions.subscriptions.listLocations(subscription))).length > 1));
  await check(client, "tenants.list", async () => assert.equal((await all(subscriptions.tenants.list()))[0].tenantId, env.ARM_TENANT_ID));

  const management = new ResourceManagementClient(credential, subscription, { endpoint: arm });
  const group = segment(env.CLOUDTAP_SIM_VM_ID, "resourceGroups");
  await check("@azure/arm-resources", "resourceGroups.list", async () => assert.ok((await all(management.resourceGroups.list())).some((g) => g.name === group)));
  await check("@azure/arm-resources", "resourceGroups.get", async () => assert.equal((await management.resourceGroups.get(group)).properties.provisioningState, "Succeeded"));
  await check("@azure/arm-resources", "resourceGroups.checkExistence", async () => {
    assert.equal((await management.resourceGroups.checkExistence(group)).body, true);
    assert.equal((await management.resourceGroups.checkExistence("no-such-group")).body, false);
  });
  await check("@azure/arm-resources", "resources.list, filter", async () => {
    const found = await all(management.resources.list({ filter: "resourceType eq 'Microsoft.Compute/virtualMachines'" }));
    assert.ok(found.some((r) => r.id === env.CLOUDTAP_SIM_VM_ID) && found.every((r) => r.type === "Microsoft.Compute/virtualMachines"));
  });
  await check("@azure/arm-resources", "resources.listByResourceGroup, pages", async () => {
    const pages = management.resources.listByResourceGroup(group, { top: 4 });
    assert.ok((await all(pages)).length > 12);
  });
  await check("@azure/arm-resources", "providers.list", async () => assert.ok((await all(management.providers.list())).some((p) => p.namespace === "Microsoft.Network")));
  await check("@azure/arm-resources", "providers.register", async () => assert.equal((await management.providers.register("Microsoft.Network")).registrationState, "Registered"));
}

async function compute() {
  const client = new ComputeManagementClient(credential, subscription, { endpoint: arm });
  const vm = env.CLOUDTAP_SIM_VM_ID, scaleSet = env.CLOUDTAP_SIM_VMSS_ID;
  const group = segment(vm, "resourceGroups"), name = segment(vm, "virtualMachines"), set = segment(scaleSet, "virtualMachineScaleSets");
  await check("@azure/arm-compute", "virtualMachines.get", async () => {
    const found = await client.virtualMachines.get(group, name, { expand: "instanceView" });
    assert.equal(found.storageProfile.osDisk.osType, "Linux");
    assert.ok(found.instanceView.statuses.some((s) => s.code === "PowerState/running"));
  });
  await check("@azure/arm-compute", "virtualMachines.list", async () => assert.ok((await all(client.virtualMachines.list(group))).length > 1));
  await check("@azure/arm-compute", "virtualMachineExtensions.list", async () => assert.equal((await client.virtualMachineExtensions.list(group, name)).value[0].typePropertiesType, "NetworkWatcherAgentLinux"));
  await check("@azure/arm-compute", "virtualMachineScaleSets.get", async () => assert.equal((await client.virtualMachineScaleSets.get(group, set)).sku.capacity, 3));
  await check("@azure/arm-compute", "virtualMachineScaleSetVMs.list", async () => assert.equal((await all(client.virtualMachineScaleSetVMs.list(group, set))).length, 3));
  await check("@azure/arm-compute", "virtualMachines.get, missing", () => assert.rejects(client.virtualMachines.get(group, "none"), { code: "ResourceNotFound", statusCode: 404 }));
}

async function captures() {
  const client = new NetworkManagementClient(credential, subscription, { endpoint: arm });
  const watcher = env.CLOUDTAP_SIM_NETWORK_WATCHER_ID;
  const at = [segment(watcher, "resourceGroups"), segment(watcher, "networkWatchers")];
  const quick = { updateIntervalInMs: 20 };
  const asked = {
    target: env.CLOUDTAP_SIM_VM_ID,
    storageLocation: { storageId: env.CLOUDTAP_SIM_STORAGE_ACCOUNT_ID },
    filters: [{ protocol: "TCP", remotePort: "443" }],
  };
  const run = (operation, call) => check("@azure/arm-network", operation, call);
  await run("networkWatchers.get", async () => assert.equal((await client.networkWatchers.get(...at)).provisioningState, "Succeeded"));
  await run("networkWatchers.listAll", async () => assert.ok((await all(client.networkWatchers.listAll())).length > 1));
  const created = await run("packetCaptures.beginCreateAndWait", async () => {
    const made = await client.packetCaptures.beginCreateAndWait(...at, "npm", asked, quick);
    assert.equal(made.provisioningState, "Succeeded");
    assert.equal(made.filters[0].remotePort, "443");
    return made;
  });
  await run("packetCaptures.get", async () => assert.equal((await client.packetCaptures.get(...at, "npm")).name, "npm"));
  await run("packetCaptures.list", async () => assert.equal((await all(client.packetCaptures.list(...at))).length, 1));
  await run("packetCaptures.beginGetStatusAndWait", async () => assert.ok((await client.packetCaptures.beginGetStatusAndWait(...at, "npm", quick)).packetCaptureStatus));
  await run("packetCaptures.beginStopAndWait", () => client.packetCaptures.beginStopAndWait(...at, "npm", quick));
  await run("packetCaptures.beginGetStatusAndWait, stopped", async () => {
    const status = await client.packetCaptures.beginGetStatusAndWait(...at, "npm", quick);
    assert.deepEqual([status.packetCaptureStatus, status.stopReason], ["Stopped", "Manual"]);
  });
  await blobs(created?.storageLocation?.storagePath);
  await run("packetCaptures.beginDeleteAndWait", () => client.packetCaptures.beginDeleteAndWait(...at, "npm", quick));
  await run("packetCaptures.get, missing", () => assert.rejects(client.packetCaptures.get(...at, "npm"), { statusCode: 404 }));
}

async function blobs(storagePath) {
  // A create that failed has its own row; these then fail for want of a file.
  const file = () => {
    assert.ok(storagePath, "no capture stores a file");
    const [account] = new URL(storagePath).hostname.split(".");
    const [container, ...name] = new URL(storagePath).pathname.slice(1).split("/");
    const service = new BlobServiceClient(`${env.CLOUDTAP_AZURE_BLOB_ENDPOINT}/${account}`, credential);
    return { place: service.getContainerClient(container), name: name.join("/") };
  };
  await check("@azure/storage-blob", "listBlobsFlat", async () => assert.ok((await all(file().place.listBlobsFlat())).length > 0));
  await check("@azure/storage-blob", "downloadToBuffer", async () => {
    const { place, name } = file();
    const content = await place.getBlobClient(name).downloadToBuffer();
    assert.ok([0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a].includes(content.readUInt32LE(0)));
  });
  await check("@azure/storage-blob", "getProperties, missing", async () => assert.rejects(file().place.getBlobClient("none").getProperties(), { statusCode: 404 }));
  const signed = new URL(env.CLOUDTAP_SIM_CAPTURE_CONTAINER_SAS_URL);
  const [shared] = signed.hostname.split(".");
  const own = new ContainerClient(`${env.CLOUDTAP_AZURE_BLOB_ENDPOINT}/${shared}${signed.pathname}${signed.search}`).getBlockBlobClient("npm.cap");
  await check("@azure/storage-blob", "uploadData, SAS of a container", async () => {
    await own.uploadData(Buffer.from("content"));
    assert.equal((await own.downloadToBuffer()).toString(), "content");
  });
  await check("@azure/storage-blob", "uploadStream, in blocks", async () => {
    await own.uploadStream(Readable.from([Buffer.alloc(3000, "a"), Buffer.alloc(3000, "b")]), 2048, 2);
    assert.equal((await own.getProperties()).contentLength, 6000);
  });
  await check("@azure/storage-blob", "delete, not allowed", () => assert.rejects(own.delete(), { code: "AuthorizationPermissionMismatch", statusCode: 403 }));
}

async function logs() {
  const ingestion = new LogsIngestionClient(env.CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT, credential);
  const query = new LogsQueryClient(credential, { endpoint: `${env.CLOUDTAP_AZURE_LOG_ANALYTICS_QUERY_ENDPOINT}/v1` });
  const workspace = env.CLOUDTAP_SIM_WORKSPACE_ID, table = env.CLOUDTAP_SIM_DCR_TABLE, day = { duration: "P1D" };
  const record = { TimeGenerated: new Date().toISOString(), Name: "npm", Packets: 7 };
  await check("@azure/monitor-ingestion", "upload", () => ingestion.upload(env.CLOUDTAP_SIM_DCR_ID, env.CLOUDTAP_SIM_DCR_STREAM, [record]));
  await check("@azure/monitor-ingestion", "upload, unknown stream", () => assert.rejects(ingestion.upload(env.CLOUDTAP_SIM_DCR_ID, "Custom-None", [record]), ({ errors }) => {
    assert.deepEqual(errors.map(({ cause }) => [cause.statusCode, cause.code]), [[400, "InvalidStream"]]);
    return true;
  }));
  const run = (operation, call) => check("@azure/monitor-query-logs", operation, call);
  await run("queryWorkspace", async () => {
    const answer = await query.queryWorkspace(workspace, `${table} | where Name == "npm" | project Name, Packets`, day);
    assert.deepEqual(answer.tables[0].rows, [["npm", 7]]);
  });
  await run("queryWorkspace, statistics and visualization", async () => {
    const answer = await query.queryWorkspace(workspace, `${table} | count`, day, { includeQueryStatistics: true, includeVisualization: true });
    assert.ok(answer.statistics && answer.visualization);
  });
  await run("queryBatch", async () => {
    const answers = await query.queryBatch([
      { workspaceId: workspace, query: `${table} | count`, timespan: day },
      { workspaceId: workspace, query: "None_CL", timespan: day },
    ]);
    // This version of the client calls every failure partial.
    assert.deepEqual(answers.map((answer) => answer.status), ["Success", "PartialFailure"]);
  });
  await run("queryResource", async () => {
    const id = `/subscriptions/${subscription}/resourceGroups/tap-rg/providers/Microsoft.OperationalInsights/workspaces/tap-logs`;
    assert.equal((await query.queryResource(id, `${table} | count`, day)).status, "Success");
  });
  await run("queryWorkspace, unknown operator", () => assert.rejects(query.queryWorkspace(workspace, `${table} | project-keep Name`, day), /BadArgumentError|SyntaxError|invalid properties/));
}

async function huawei() {
  const credentials = new core.GlobalCredentials().withAk(env.HW_ACCESS_KEY).withSk(env.HW_SECRET_KEY).withDomainId("sim");
  const client = iam.IamClient.newBuilder().withCredential(credentials).withEndpoint(env.CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT).build();
  const run = (operation, call) => check("@huaweicloud/huaweicloud-sdk-iam", operation, call);
  await run("keystoneListProjects", async () => {
    const answer = await client.keystoneListProjects(new iam.KeystoneListProjectsRequest());
    assert.ok(answer.projects.some((project) => project.name === env.HW_REGION_NAME));
  });
  await run("keystoneListAuthDomains", async () => assert.equal((await client.keystoneListAuthDomains(new iam.KeystoneListAuthDomainsRequest())).domains.length, 1));
}

for (const step of [identity, resources, compute, captures, logs, huawei]) {
  try {
    await step();
  } catch (error) {
    results.push({ client: step.name, version: "-", operation: "outside of an operation", result: `FAIL ${error.message}`.slice(0, 200) });
  }
}
const width = (column) => Math.max(...results.map((row) => row[column].length));
const widths = ["client", "version", "operation"].map(width);
for (const row of results) console.log(`${row.client.padEnd(widths[0])}  ${row.version.padEnd(widths[1])}  ${row.operation.padEnd(widths[2])}  ${row.result}`);
const failed = results.filter((row) => row.result !== "pass").length;
console.log(`${results.length} operations, ${failed} failed; node ${process.version}`);
process.exit(failed === 0 ? 0 : 1);
