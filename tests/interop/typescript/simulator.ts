import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

// From `build/`, where this file is compiled to.
const root = path.resolve(__dirname, "../../../..");

/** A simulator with a free port of its own, started with cargo. */
export class Simulator {
  private constructor(
    private readonly process: ChildProcess,
    readonly baseUrl: string,
  ) {}

  static async start(): Promise<Simulator> {
    const options = ["--listen", "127.0.0.1:0", "--no-rate-limit"];
    const program = spawn("cargo", ["run", "--quiet", "--package", "certs-sim", "--", ...options], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    // The first line is the base URL; there is none if it does not start.
    for await (const line of createInterface({ input: program.stdout })) {
      return new Simulator(program, line);
    }
    throw new Error("the simulator did not start");
  }

  async stop(): Promise<void> {
    const stopped = once(this.process, "exit");
    this.process.kill();
    await stopped;
  }
}
