// A host of models on an origin of its own, with every fault that a network has. It knows nothing of preflights: a
// request that needs one fails, and the test that made it with it.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What the host does with one request. */
export type Answer =
  | { kind: "honest" }
  /** So many bytes of what was asked for, then the connection breaks. */
  | { kind: "cut"; after: number }
  | { kind: "status"; status: number }
  /** The whole file whatever was asked for. */
  | { kind: "no-range" }
  /** Bytes of another file of the same length. */
  | { kind: "wrong" }
  /** Bytes of another file, and the connection breaks after so many. */
  | { kind: "changed"; after: number }
  | { kind: "too-long" }
  | { kind: "too-short" }
  | { kind: "no-cors" }
  /** A redirect to a signed address on this other origin. */
  | { kind: "redirect"; origin: string }
  /** So many bytes, and then nothing until the test ends. */
  | { kind: "stall"; after: number }
  /** A little every few milliseconds. */
  | { kind: "slow" };

export interface Asked {
  method: string;
  path: string;
  range: string | undefined;
}

export interface ModelHost {
  readonly origin: string;
  /** Every request, in order. */
  readonly asked: Asked[];
  /** What is answered next; the last one stays. */
  answers: Answer[];
  close(): Promise<void>;
}

/** The bytes of a file from one on, made as they are needed. */
export interface Source {
  readonly length: number;
  read(from: number, to: number): Buffer;
}

/** A file that is in memory. */
export function held(bytes: Buffer): Source {
  return { length: bytes.length, read: (from, to) => bytes.subarray(from, to) };
}

const STEP = 1 << 18;

/** Serves one file at every address of a free port. */
export async function serveModel(file: Source): Promise<ModelHost> {
  const asked: Asked[] = [];
  const host = { answers: [{ kind: "honest" }] as Answer[] };
  const server = createServer((request, response) => {
    const { method = "", url: path = "" } = request;
    asked.push({ method, path, range: request.headers.range });
    const [answer = { kind: "honest" } as Answer] = host.answers;
    if (method === "OPTIONS") {
      response.writeHead(405).end();
      return;
    }
    if (host.answers.length > 1) {
      host.answers.shift();
    }
    void send(file, answer, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("the host has no port");
  }
  return Object.assign(host, {
    origin: `http://127.0.0.1:${address.port}`,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

async function send(file: Source, answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (answer.kind !== "no-cors") {
    // No header is exposed: a page reads status and body, nothing else.
    response.setHeader("Access-Control-Allow-Origin", "*");
  }
  if (answer.kind === "status") {
    response.writeHead(answer.status).end("sorry");
    return;
  }
  if (answer.kind === "redirect") {
    const signed = `${answer.origin}/signed?key=${Math.random()}`;
    response.writeHead(302, { location: signed }).end();
    return;
  }
  const begins = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  const from = begins === undefined || answer.kind === "no-range" ? 0 : Number(begins);
  let to = file.length;
  if (answer.kind === "too-long") {
    to += 1_000;
  } else if (answer.kind === "too-short") {
    to -= 10;
  }
  const ranged = from > 0;
  response.writeHead(ranged ? 206 : 200, { "content-length": to - from });
  const stops = "after" in answer ? Math.min(from + answer.after, to) : to;
  const wrong = answer.kind === "wrong" || answer.kind === "changed";
  for (let at = from; at < stops; ) {
    const end = Math.min(at + (answer.kind === "slow" ? 4_096 : STEP), stops);
    const inside = Math.min(end, file.length);
    const bytes = Buffer.concat([file.read(at, inside), Buffer.alloc(end - inside)]);
    const sent = wrong ? bytes.map((byte) => byte ^ 0x55) : bytes;
    if (!response.write(sent)) {
      await new Promise((resolve) => response.once("drain", resolve));
    }
    if (answer.kind === "slow") {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (response.destroyed) {
      return;
    }
    at = end;
  }
  if (answer.kind === "stall") {
    return;
  }
  if (stops < to) {
    // What was written goes out before the connection breaks.
    setTimeout(() => response.destroy(), 50);
  } else {
    response.end();
  }
}
