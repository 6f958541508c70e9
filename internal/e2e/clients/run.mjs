// Starts the simulated clouds, runs clients.mjs against them, and ends both.
// Usage: node run.mjs PROGRAM, where PROGRAM is cmd/cloudsim.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-clients-"));
const envFile = join(folder, "sim.env");
const simulator = spawn(process.argv[2], ["-env-file", envFile, "-exit-with-parent"], { stdio: ["ignore", "pipe", "inherit"] });
const ended = new Promise((resolve) => simulator.once("exit", resolve));

function environment() {
  const env = {};
  for (const [, name, value] of readFileSync(envFile, "utf8").matchAll(/^export (\w+)='(.*)'$/gm)) env[name] = value;
  return env;
}

const lines = createInterface({ input: simulator.stdout });
let code = 1;
for await (const line of lines) {
  if (line !== "ready") continue;
  const env = environment();
  const client = spawn(process.execPath, [fileURLToPath(new URL("clients.mjs", import.meta.url))], {
    stdio: "inherit",
    // Node reads its certificates when it starts.
    env: { PATH: process.env.PATH, HOME: folder, NODE_EXTRA_CA_CERTS: env.SSL_CERT_FILE, ...env },
  });
  code = await new Promise((resolve) => client.once("exit", (status) => resolve(status ?? 1)));
  simulator.kill("SIGTERM");
  break;
}
await ended;
rmSync(folder, { recursive: true });
process.exit(code);
