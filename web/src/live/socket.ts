import type { ClientMessage, ServerMessage } from "../contracts/live";
import { backoffMs } from "./backoff";
import { type Frame, readFrame } from "./frame";

/** The server speaks every second; silence this long means that the line is dead. */
const SILENCE_MS = 8000;

export interface LiveHandlers {
  onMessage: (message: ServerMessage) => void;
  onFrame: (frame: Frame) => void;
  /** `retryAt`: performance.now() of the next try, where one is planned. */
  onState: (state: "connecting" | "open" | "lost", retryAt: number | null) => void;
}

/** One live connection that comes back by itself; view and followed vehicles are said again each time. */
export class LiveSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private retryTimer = 0;
  private silenceTimer = 0;
  private readonly standing = new Map<ClientMessage["type"], ClientMessage>();
  private readonly url: string;
  private readonly handlers: LiveHandlers;

  constructor(url: string, handlers: LiveHandlers) {
    this.url = url;
    this.handlers = handlers;
  }

  connect(): void {
    this.drop();
    this.handlers.onState("connecting", null);
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => this.opened(socket));
    socket.addEventListener("message", (event: MessageEvent<string | ArrayBuffer>) => {
      if (this.socket === socket) this.received(event.data);
    });
    socket.addEventListener("close", () => {
      if (this.socket === socket) this.lost();
    });
    this.listen();
  }

  /** Says something that stays true until said anew: the last of each type is repeated after a reconnect. */
  say(message: ClientMessage): void {
    this.standing.set(message.type, message);
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  close(): void {
    this.drop();
    this.handlers.onState("lost", null);
  }

  private opened(socket: WebSocket): void {
    for (const message of this.standing.values()) socket.send(JSON.stringify(message));
    this.listen();
  }

  private received(data: string | ArrayBuffer): void {
    this.listen();
    if (typeof data === "string") {
      const message = JSON.parse(data) as ServerMessage;
      if (message.type === "snapshot") {
        this.attempt = 0;
        this.handlers.onState("open", null);
      }
      this.handlers.onMessage(message);
    } else {
      this.handlers.onFrame(readFrame(data));
    }
  }

  private listen(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = window.setTimeout(() => this.lost(), SILENCE_MS);
  }

  private lost(): void {
    this.drop();
    const wait = backoffMs(this.attempt, Math.random());
    this.attempt += 1;
    this.handlers.onState("lost", performance.now() + wait);
    this.retryTimer = window.setTimeout(() => this.connect(), wait);
  }

  private drop(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.silenceTimer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
