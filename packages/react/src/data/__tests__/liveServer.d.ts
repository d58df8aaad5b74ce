export { WebSocket } from "ws";

export interface LiveServer {
  readonly port: number;
  readonly connections: ({ readonly Authorization?: string } | null)[];
  readonly handshakes: Readonly<Record<string, string | undefined>>[];
  refuse: (parameters: { readonly Authorization?: string } | undefined) => number | null;
  forbid: (
    parameters: { readonly Authorization?: string } | undefined,
  ) => readonly [message: string, extensions: object] | null;
  say(text: string): void;
  closeAll(code: number, reason?: string): void;
  subscriptions(): number;
  clients(): number;
  stop(): Promise<void>;
}

export function startLiveServer(port?: number): Promise<LiveServer>;
