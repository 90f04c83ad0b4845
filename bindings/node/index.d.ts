// SPDX-License-Identifier: Apache-2.0
// The surface of askiam for Node. A decision's members are those of libaskiam's JSON, by the same names. Closed lists grow by addition: read an
// unknown value of a code as you would read one that you do not handle.

/** A known value, or one that a later library adds. */
type Open<Known extends string> = Known | (string & {});

export type Verdict = 'VALID' | 'INVALID' | 'NEEDS_INFO' | 'ERROR';

export type ReasonCode = Open<
  | 'APPROVED_BY_EVIDENCE'
  | 'APPROVED_BY_RULES'
  | 'USER_UNKNOWN'
  | 'USER_INACTIVE'
  | 'REQUESTER_UNKNOWN'
  | 'REQUESTER_INACTIVE'
  | 'APP_UNKNOWN'
  | 'ROLE_UNKNOWN'
  | 'ROLE_NOT_IN_APP'
  | 'APP_INACTIVE'
  | 'ROLE_INACTIVE'
  | 'ALREADY_ASSIGNED'
  | 'PREREQUISITE_MISSING'
  | 'SOD_CONFLICT'
  | 'RESTRICTED'
  | 'POLICY_DENY'
  | 'POLICY_NOT_ALLOWED'
  | 'REJECTED_BY_EVIDENCE'
  | 'NOT_A_REQUEST'
  | 'UNSUPPORTED_INTENT'
  | 'MISSING_ROLE'
  | 'MISSING_APP'
  | 'MISSING_USER'
  | 'AMBIGUOUS_ROLE'
  | 'AMBIGUOUS_APP'
  | 'AMBIGUOUS_USER'
  | 'MULTIPLE_REQUESTS'
  | 'BAD_DURATION'
  | 'UNCLEAR'
  | 'INVALID_REQUEST'
  | 'REQUEST_ID_CONFLICT'
  | 'STORE_UNAVAILABLE'
  | 'AUDIT_UNAVAILABLE'
  | 'INTERNAL'
  | 'LOW_CONFIDENCE'
  | 'RAG_TIMEOUT'
  | 'RAG_UNAVAILABLE'
>;

export type CheckCode = Open<
  | 'USER_ACTIVE'
  | 'APP_ACTIVE'
  | 'ROLE_ACTIVE'
  | 'ROLE_IN_APP'
  | 'NOT_ASSIGNED'
  | 'PREREQUISITES_HELD'
  | 'NO_SOD_CONFLICT'
  | 'NOT_RESTRICTED'
  | 'POLICY'
>;

export type RemedyCode = Open<
  | 'HOLD_PREREQUISITE'
  | 'DROP_CONFLICT'
  | 'ACTIVATE_USER'
  | 'ACTIVATE_APPLICATION'
  | 'ACTIVATE_ROLE'
  | 'LIFT_RESTRICTION'
  | 'CHANGE_CONTEXT'
  | 'SHORTEN_DURATION'
  | 'AMEND_POLICY'
  | 'CHOOSE_ROLE'
  | 'CHOOSE_APPLICATION'
  | 'CHOOSE_USER'
>;

/** Somebody or something that the sentence names. */
export interface Entity {
  readonly id: string;
  readonly name: string | null;
  /** As the sentence says it; null where it does not. */
  readonly mention: string | null;
  /** 0 to 1. */
  readonly score: number;
}

export interface Document {
  readonly id: string;
  readonly title: string | null;
  readonly score: number;
}

export interface Check {
  readonly code: CheckCode;
  readonly passed: boolean;
  /** Whether a failure of this check cannot be outweighed by evidence. */
  readonly hard: boolean;
  readonly detail: string | null;
}

export interface Suggestion {
  readonly kind: Open<'user' | 'application' | 'role'>;
  readonly id: string;
  readonly name: string | null;
  readonly score: number;
}

export interface Remedy {
  readonly code: RemedyCode;
  readonly detail: string | null;
  /** What the remedy is about: role_id, user_id, application_id, … */
  readonly [member: string]: unknown;
}

/** The answer to a request, as the contract writes it. */
export interface Decision {
  readonly request_id: string | null;
  readonly status: Verdict;
  /** One sentence for a person. */
  readonly reason: string | null;
  /** The first one gave the status. */
  readonly reason_codes: readonly ReasonCode[];
  readonly dry_run: boolean;
  /** RFC 3339, UTC, three digits. */
  readonly timestamp: string;
  readonly duration_ms: number;
  readonly method: 'RAG' | 'MCP' | 'NONE';
  readonly mode: Open<'guarded' | 'rag_first'>;
  readonly requester: { readonly id: string | null; readonly name: string | null };
  readonly entities: { readonly user: Entity | null; readonly application: Entity | null; readonly role: Entity | null };
  /** When the access asked for ends; null where no end was asked for. */
  readonly duration: { readonly expires_at: string | null };
  readonly rag: {
    readonly result: 'VALID' | 'INVALID' | 'ABSTAINED' | 'SKIPPED';
    readonly is_valid: boolean | null;
    /** The probability that `result` is right, 0 to 1. */
    readonly confidence: number | null;
    readonly judge: Open<'evidence' | 'llm' | 'both'> | null;
    readonly reason: string | null;
    readonly documents: readonly Document[];
    /** Why there is no evidence. */
    readonly cause: string | null;
  };
  readonly mcp: {
    readonly result: 'PASSED' | 'FAILED' | 'SKIPPED';
    readonly is_valid: boolean | null;
    readonly reason: string | null;
    readonly checks: readonly Check[];
    readonly queries_executed: readonly { readonly name: string; readonly rows: number }[];
  };
  /** Best first, at most 5. */
  readonly suggestions: readonly Suggestion[];
  /** One set of changes, at most 4, that together would make the decision VALID. */
  readonly remedies: readonly Remedy[];
  /** What to ask back; null unless NEEDS_INFO. */
  readonly question: string | null;
  /** Where it was recorded; nulls where it was not. */
  readonly audit: { readonly chain: string | null; readonly seq: number | null; readonly hash: string | null };
}

export interface StoredDecision extends Decision {
  readonly grant: {
    readonly state: Open<'none' | 'requested' | 'granted' | 'failed' | 'revoked' | 'expired'>;
    readonly granted_at: string | null;
    readonly expires_at: string | null;
    readonly reason: string | null;
  };
}

export interface Mention {
  readonly kind: Open<'user' | 'application' | 'role'>;
  readonly text: string;
  /** Where it begins and ends, in bytes of UTF-8. */
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** What a sentence is understood to ask. */
export interface Reading {
  readonly act: Open<'request'>;
  readonly mentions: readonly Mention[];
  readonly entities: Decision['entities'];
  readonly suggestions: readonly Suggestion[];
  readonly question: string | null;
  readonly reason_codes: readonly ReasonCode[];
  readonly [member: string]: unknown;
}

/** What the host knows of the call. Take it from the authenticated event, never from what the person sent. */
export interface RequestContext {
  /** One IPv4 or IPv6 address, without port or prefix. */
  ip?: string | undefined;
  /** When the request was made, as claimed; never moves the engine's clock. */
  timestamp?: string | Date | undefined;
  session_id?: string | undefined;
  user_agent?: string | undefined;
  trace_id?: string | undefined;
}

export interface ValidateOptions {
  /** Who "I" is in the sentence. */
  user?: string | undefined;
  /** Who is accountable; default: `user`. */
  requester?: string | undefined;
  /** Idempotency key, 1 to 128 of `[A-Za-z0-9._:-]`; default: a new one. */
  requestId?: string | undefined;
  context?: RequestContext | undefined;
  /** Neither reads nor writes stored ids, records nothing. */
  dryRun?: boolean | undefined;
  /** Milliseconds that the host has left; the least of this and `request.timeout_ms` counts. */
  timeoutMs?: number | undefined;
  /** Gives the call up: its promise is rejected with the signal's reason at once, and the library's work on it is cancelled. */
  signal?: AbortSignal | undefined;
}

/** A request as the contract writes it. Unknown members are ignored. */
export interface RequestObject {
  /** The sentence; `text` or `message` may stand for it. */
  raw_request?: string;
  text?: string;
  message?: string;
  user_id?: string | number;
  requester_id?: string | number;
  request_id?: string;
  request_context?: { ip?: string; timestamp?: string; session_id?: string; user_agent?: string; trace_id?: string };
  [member: string]: unknown;
}

export interface BatchOptions extends Omit<ValidateOptions, 'requestId'> {
  /** Requests in one call of the library, which share a commit: 1 to 1,024. Default 64. */
  chunk?: number | undefined;
  /** Chunks at the same time: 1 to 64. Default 1; with more, requests of one request id need not run in their order. */
  concurrency?: number | undefined;
}

export interface ImportSummary {
  /** Rows by table. */
  readonly tables: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

export interface AuditReport {
  /** Whether nothing is wrong with the trail. */
  readonly sound: boolean;
  readonly entries: number;
  readonly chains: readonly {
    readonly chain: string;
    readonly entries: number;
    readonly head: { readonly seq: number; readonly hash: string } | null;
    readonly first_break: unknown;
  }[];
  readonly guarantees: readonly string[];
  readonly not_guaranteed: readonly string[];
  readonly [member: string]: unknown;
}

/** What a question to a backend comes with. */
export interface BackendCall {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Milliseconds until nobody waits. */
  readonly remainingMs: number;
}

type Awaitable<T> = T | PromiseLike<T>;

/** What is to be judged: never a word that the requester wrote. */
export interface Case {
  readonly user: {
    readonly id: string;
    readonly name: string | null;
    readonly attributes: Readonly<Record<string, string>>;
    readonly roles: readonly string[];
  };
  readonly application: { readonly id: string; readonly name: string | null };
  readonly role: {
    readonly id: string;
    readonly name: string | null;
    readonly description: string | null;
    readonly risk: string | null;
  };
  /** Best first. */
  readonly documents: readonly { readonly id: string; readonly title: string | null; readonly text: string | null }[];
  /** Past human decisions on the role, newest first, with what is known of their people today. */
  readonly patterns: readonly {
    readonly approved: boolean;
    readonly timestamp_ms: number;
    readonly known: boolean;
    readonly attributes: Readonly<Record<string, string | null>>;
    readonly roles: readonly string[];
  }[];
}

export interface Opinion {
  /** That the access should be approved, 0 to 1; absent, null, NaN and what lies outside is an abstention. */
  probability?: number | null | undefined;
  /** One sentence for a person. */
  reason?: string | null | undefined;
}

export interface Judge {
  /** What a decision's `rag.judge` says; default "javascript". */
  kind?: string | undefined;
  /** Whether the built-in judge `evidence` is asked too, and both opinions become one. */
  withEvidence?: boolean | undefined;
  /** Nothing, and whatever is thrown, is an abstention. */
  judge(judged: Case, call: BackendCall): Awaitable<Opinion | number | null | undefined>;
}

export interface Embedder {
  /** What the vectors depend on; vectors of another model are not compared. */
  readonly model: string;
  /** Numbers in a vector, 1 to 4,096. */
  readonly dimension: number;
  /** A vector for each text, of unit length or all zeros. */
  embed(texts: readonly string[], call: BackendCall): Awaitable<readonly ArrayLike<number>[]>;
}

export interface SearchQuery {
  readonly text: string;
  readonly application_id: string | null;
  readonly role_id: string | null;
  readonly top_k: number;
  readonly model: string | null;
  readonly vector: readonly number[] | null;
}

export interface PatternQuery {
  readonly role_id: string;
  readonly except_user_id: string | null;
  readonly before_ms: number;
  readonly limit: number;
}

export interface Search {
  /** Documents about the role, best first. */
  documents(
    query: SearchQuery,
    call: BackendCall,
  ): Awaitable<readonly { id: string; title?: string | null; text?: string | null; score: number }[]>;
  /** Past human decisions on the role; without it there is no such evidence. */
  patterns?(
    query: PatternQuery,
    call: BackendCall,
  ): Awaitable<readonly { user_id: string; timestamp_ms: number | Date; approved: boolean }[]>;
}

export interface LogRecord {
  readonly level: Open<'DEBUG' | 'INFO' | 'WARN' | 'ERROR'>;
  readonly message: string;
  readonly [member: string]: unknown;
}

export interface HostOptions {
  /** Threads for calls of this engine, 1 to 64, made when needed. Default 4. */
  threads?: number | undefined;
  /** A JSON file of settings, under `settings`. */
  configFile?: string | undefined;
  /** Variables `ASKIAM_…`, such as `process.env`, under `settings`. The library reads no environment by itself. */
  environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Gets log records of `log.level` and above, and how many were left out before since nobody took them in time. Never waited for. */
  log?: ((record: LogRecord, lost: number) => void) | undefined;
  judge?: Judge | undefined;
  embedder?: Embedder | undefined;
  search?: Search | undefined;
}

export type Setting = string | number | boolean | null | readonly Setting[] | { readonly [key: string]: Setting };

/** An engine: a configuration brought to life. Not to be shared with worker threads; each may make its own over the same store. */
export class Engine {
  /**
   * @param url where the data is: `sqlite:iam.db`, `postgresql://…`
   * @param settings keys of docs/configuration.md, dotted (`{'rag.top_k': 3}`) or nested (`{rag: {top_k: 3}}`)
   * @throws {AskiamError} CONFIG for an unknown key or a bad value
   */
  constructor(url?: string, settings?: Readonly<Record<string, Setting>>, options?: HostOptions);

  /** Decides one request. @throws {AskiamError} where there is no verdict; its `decision` says why */
  validate(text: string, options?: ValidateOptions): Promise<Decision>;

  /** Decides many, in their order. A request that fails is answered with the decision ERROR, and does not stop the others. */
  validateBatch(
    requests: Iterable<string | RequestObject> | AsyncIterable<string | RequestObject>,
    options?: BatchOptions,
  ): AsyncGenerator<Decision, void, undefined>;

  /** What a sentence is understood to ask, and no decision. */
  extract(text: string, options?: ValidateOptions): Promise<Reading>;

  /** A recorded decision and the state of its grant. @throws {AskiamError} NOT_FOUND */
  status(requestId: string, options?: { requester?: string | undefined; signal?: AbortSignal | undefined }): Promise<StoredDecision>;

  /** Creates the schema or brings it up to date; with `sample`, imports the sample organisation. */
  init(options?: { sample?: boolean | undefined }): Promise<{ readonly schema: { readonly from: number; readonly to: number } } & Partial<ImportSummary>>;

  /** Imports a folder of CSV, JSON and JSON Lines files, or one JSON file: all of it or nothing. @throws {AskiamError} with `problems` */
  importFolder(path: string): Promise<ImportSummary>;

  /** Checks the whole audit trail, against a signed checkpoint too where there is one. */
  auditVerify(options?: { checkpoint?: string | undefined; publicKey?: string | undefined }): Promise<AuditReport>;

  /** What this build and this engine have. */
  describe(): Promise<{ readonly version: string; readonly [member: string]: unknown }>;

  /** Whether `close` was called. */
  readonly closed: boolean;

  /** Refuses later calls, waits for those in flight (or cancels them), and gives everything back. */
  close(options?: { cancel?: boolean | undefined }): Promise<void>;

  [Symbol.asyncDispose](): Promise<void>;
}

/** Why a call failed. */
export class AskiamError extends Error {
  constructor(
    message: string,
    details: { code: string; layer: string; retryable: boolean; decision?: Decision; problems?: readonly string[] },
  );
  readonly name: 'AskiamError';
  /** The status of the call: `BAD_DATA`, `CONFIG`, `NOT_FOUND`, `UNAVAILABLE`, `CANCELLED`, … (docs/errors.md). */
  readonly code: string;
  /** Where it comes from: `REQUEST`, `CONFIG`, `STORE`, … */
  readonly layer: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** The decision ERROR, where a request was to be decided. */
  readonly decision?: Decision;
  /** All that is wrong with an import. */
  readonly problems?: readonly string[];
}

/** The version of libaskiam. */
export const version: string;
