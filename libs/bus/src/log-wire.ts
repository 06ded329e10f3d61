/** A record to be appended. `timestampMs` is only given where a real time must not be known (law 8). */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string;
  /** null is a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMs?: number;
}

/** A record as it lies in the log. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMs: number;
}

/** Records of one partition, handed over together. A partition's next batch comes only after this one was given back. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** Everything before `next` is done; the group goes on there. */
  commit(next: bigint): Promise<void>;
  /** Aborted when the partition may have gone to another member: finish what was begun, begin nothing more. */
  readonly lost: AbortSignal;
}

/** What a member needs to join a group. */
export interface JoinOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Works a batch; what it did not commit is handed over again. Throws only what `commit` threw. */
  readonly work: (batch: Batch) => Promise<void>;
  /** The member can never go on. */
  readonly onLost: (error: Error) => void;
}

/** A joined member of a group. */
export interface Membership {
  joined(): boolean;
  /** Waits for the batches in hand, then leaves. */
  leave(): Promise<void>;
}

/** What a topic must be like (law 6). */
export interface TopicPlan {
  readonly name: string;
  readonly kind: 'corridor' | 'analytics' | 'retry' | 'dead';
}

/** How the topics are; sentences say what to do. */
export interface TopicInspection {
  /** Undefined where there are no brokers. */
  readonly brokers?: number;
  readonly topics: number;
  readonly missing: readonly string[];
  readonly broken: readonly string[];
}

/** What both sides of the corridor can do with raw records; everything else is built once, above it. */
export interface LogWire {
  /** Resolves when all records are durable. @throws SluiceError BUS_UNAVAILABLE */
  append(records: readonly OutgoingRecord[]): Promise<void>;
  join(options: JoinOptions): Promise<Membership>;
  /** Reads a topic from its beginning to its present end; one that is not there holds nothing. @throws SluiceError BUS_ACCESS_REFUSED */
  scan(topic: string, visit: (record: LogRecord) => void): Promise<void>;
  ensureTopics(plans: readonly TopicPlan[]): Promise<void>;
  /** Compares the topics with the contract, and creates nothing. */
  inspect(plans: readonly TopicPlan[]): Promise<TopicInspection>;
  /** Records behind, by topic. `topics` are asked for even where the group never committed. */
  lag(group: string, topics: readonly string[]): Promise<Readonly<Record<string, number>>>;
  probe(): Promise<void>;
  close(): Promise<void>;
}
