/** One object to send. Its data set is in the named transfer syntax already, without file meta. */
export interface InstanceToSend {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly transferSyntaxUID: string;
  /** Opened when its turn comes. */
  dataSet(): AsyncIterable<Uint8Array>;
}

/** Client side of PS3.15 B.12; PEM. Without `ca` the system's trust store decides. */
export interface SenderTls {
  readonly ca?: string | Buffer;
  /** Our certificate, when the peer asks for one. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** The name in the peer's certificate, when it is not `host`. */
  readonly serverName?: string;
}

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
  readonly callingAE: string;
  readonly calledAE: string;
  readonly tls?: SenderTls;
  /** Longest wait for a connection, an answer or a write, ms; default 60000. */
  readonly timeoutMs?: number;
}

/** What became of one instance. `stored` includes warnings (Bxxx); `unsendable`: the peer took no context for its class and syntax. */
export type SendResult =
  | { readonly outcome: 'stored' | 'failed'; readonly status: number; readonly comment: string }
  | {
      readonly outcome: 'unsendable';
      readonly reason: 'class-refused' | 'syntax-refused' | 'refused' | 'uid-invalid';
    }
  /** The association broke, or the data set could not be read; the instance was not acknowledged. */
  | { readonly outcome: 'unsent'; readonly code: string };
