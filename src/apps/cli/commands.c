/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include "nearest.h"

#define REQUEST_OPTIONS                                                                                                \
  {CLI_OPT_USER, "who \"I\" is; with --batch the default of lines without a user_id"},                                 \
      {CLI_OPT_BATCH, "read requests from FILE (- for standard input), a JSON object a line; write an answer a line"}

static const cli_command s_commands[] = {
    {"init",
     "[--sample | --grants]",
     "create the store, or bring its schema up to date",
     "  Harmless where the store is up to date. --sample loads a small organisation to try things on.\n"
     "  --grants writes, for PostgreSQL, the SQL that makes roles of least privilege; it is not run.",
     "  askiam --store sqlite:iam.db init --sample\n",
     0,
     0,
     "",
     cli_run_init,
     {{CLI_OPT_SAMPLE, "load the sample organisation too"},
      {CLI_OPT_GRANTS, "write the SQL of the database roles, after that"},
      {CLI_OPT_COUNT, NULL}}},
    {"import",
     "PATH",
     "bring people, applications, roles, policies and documents in",
     "  PATH is a folder (users.csv, applications.csv, roles.csv, ..., policies/*.json, documents.jsonl) or one JSON\n"
     "  file with the same tables. All of it is imported or nothing; rows that exist are replaced. What is wrong is\n"
     "  told as file:line: message.",
     "  askiam import ./organisation\n",
     1,
     1,
     "the PATH of a folder or a .json file",
     cli_run_import,
     {{CLI_OPT_COUNT, NULL}}},
    {"validate",
     "--user ID [OPTION]... TEXT",
     "decide a request, and record the decision",
     "  TEXT is what the person says. The answer is VALID, INVALID or NEEDS_INFO with its reasons, evidence, and what\n"
     "  would change it. With --batch each line is {\"user_id\": ..., \"raw_request\": ..., \"request_id\": ...}.",
     "  askiam validate --user john.doe \"I need access to HR Analyst role in Workday\"\n"
     "  askiam validate --user john.doe --dry-run \"Please give Li Wei the Viewer role in Tableau for 30 days\"\n"
     "  askiam validate --batch requests.jsonl > decisions.jsonl\n",
     CLI_ANY_NUMBER,
     1,
     "the sentence: askiam validate --user john.doe \"I need ...\"",
     cli_run_validate,
     {REQUEST_OPTIONS,
      {CLI_OPT_DRY_RUN, "decide only: read no stored request ids, write nothing"},
      {CLI_OPT_REQUESTER, "who is accountable, where that is not the user"},
      {CLI_OPT_REQUEST_ID, "an id of your own: the same again gets the same decision"},
      {CLI_OPT_IP, "where the request comes from; policies may read it"},
      {CLI_OPT_USER_AGENT, "with what it was made; policies may read it"},
      {CLI_OPT_SESSION, "a session id, recorded only"},
      {CLI_OPT_TRACE_ID, "a trace id, recorded and logged"},
      {CLI_OPT_TIMEOUT_MS, "how long it may take at most"},
      {CLI_OPT_COUNT, NULL}}},
    {"extract",
     "[--user ID] TEXT",
     "show what a sentence is understood to ask",
     "  Mentions and entities only: nothing is decided, nothing is written.",
     "  askiam extract --user john.doe \"add me to Sales Rep in Salesforce until 2027-03-31\"\n",
     CLI_ANY_NUMBER,
     1,
     "the sentence: askiam extract --user john.doe \"I need ...\"",
     cli_run_extract,
     {REQUEST_OPTIONS,
      {CLI_OPT_REQUESTER, "who is accountable, where that is not the user"},
      {CLI_OPT_TIMEOUT_MS, "how long it may take at most"},
      {CLI_OPT_COUNT, NULL}}},
    {"chat",
     "--user ID [--session ID]",
     "ask for access in a conversation",
     "  Reads a line at a time from standard input: what is missing is asked for, what is complete is confirmed, then "
     "it\n"
     "  is decided and recorded. The exit code is that of the last decision. --json writes an answer a line.",
     "  askiam chat --user emma.brown\n"
     "  printf 'I need access to Jira\\nProject Member\\nyes\\n' | askiam chat --user emma.brown\n",
     0,
     0,
     "",
     cli_run_chat,
     {{CLI_OPT_USER, "who speaks; nothing checks that it is so"},
      {CLI_OPT_SESSION, "a conversation to go on with"},
      {CLI_OPT_COUNT, NULL}}},
    {"status",
     "REQUEST_ID [--requester ID]",
     "show a recorded decision, and whether it was granted",
     "  An id belongs to its requester: where several used the same one, say whose.",
     "  askiam validate --user john.doe --request-id first-try \"I need access to HR Analyst role in Workday\"\n"
     "  askiam status first-try\n",
     1,
     1,
     "a REQUEST_ID",
     cli_run_status,
     {{CLI_OPT_REQUESTER, "whose request it is"}, {CLI_OPT_COUNT, NULL}}},
    {"fulfil",
     "[REQUEST_ID | --event FILE]",
     "grant what was approved",
     "  Checks again that nothing stands against it now, and gives the role, once, with the end that was decided; or "
     "says why not.\n"
     "  Without a REQUEST_ID: everything that waits, oldest first. FILE (- for standard input) is an event "
     "grant.requested, as the\n"
     "  outbox or EventBridge has it. Exit code 1: something was not granted; 65: a request is not what was recorded.",
     "  askiam validate --user john.doe --request-id to-grant \"I need access to HR Analyst role in Workday\"\n"
     "  askiam fulfil to-grant\n"
     "  askiam fulfil --json\n",
     1,
     0,
     "",
     cli_run_fulfil,
     {{CLI_OPT_EVENT, "fulfil what this event is about"},
      {CLI_OPT_REQUESTER, "whose REQUEST_ID it is"},
      {CLI_OPT_COUNT, NULL}}},
    {"revoke",
     "REQUEST_ID [--actor ID] [--reason TEXT]",
     "take a granted role back, or forbid that it is granted",
     "  The role ends with it, unless another request was granted the same role: then it lasts as long as that one's.\n"
     "  Recorded in the audit trail. Exit code 1: there was nothing to revoke, as it had failed or expired.",
     "  askiam revoke to-grant --actor security --reason left\n",
     1,
     1,
     "a REQUEST_ID",
     cli_run_revoke,
     {{CLI_OPT_ACTOR, "who does it, instead of who is logged in"},
      {CLI_OPT_REASON, "why, for who asks for the status"},
      {CLI_OPT_REQUESTER, "whose REQUEST_ID it is"},
      {CLI_OPT_COUNT, NULL}}},
    {"grants expire",
     "",
     "end the grants whose time has come",
     "  A role that has ended is not held any more in any case; this says so in its row, in the audit trail and by an "
     "event.",
     "  askiam grants expire\n",
     0,
     0,
     "",
     cli_run_grants_expire,
     {{CLI_OPT_COUNT, NULL}}},
    {"audit verify",
     "[--key FILE] [--checkpoint FILE --public-key FILE]",
     "check that the audit trail is whole",
     "  Without an anchor it finds changes, removals and reordering; with the key also a consistent rewrite; with a\n"
     "  signed checkpoint that was kept elsewhere also a cut of what came before it. Exit code 1: the trail is broken.",
     "  askiam audit verify --checkpoint heads.json --public-key audit.pub\n",
     0,
     0,
     "",
     cli_run_audit_verify,
     {{CLI_OPT_KEY, "the HMAC key of the trail (the setting audit.key_file)"},
      {CLI_OPT_CHECKPOINT, "a signed checkpoint"},
      {CLI_OPT_PUBLIC_KEY, "the public key of the checkpoint (Ed25519, PEM)"},
      {CLI_OPT_COUNT, NULL}}},
    {"audit checkpoint",
     "--private-key FILE [--out FILE]",
     "sign the heads of the trail",
     "  Keep what it writes where whoever writes the store cannot write.",
     "  openssl genpkey -algorithm ed25519 -out audit.pem && openssl pkey -in audit.pem -pubout -out audit.pub\n"
     "  askiam audit checkpoint --private-key audit.pem --out heads.json\n",
     0,
     0,
     "",
     cli_run_audit_checkpoint,
     {{CLI_OPT_PRIVATE_KEY, "an Ed25519 private key (PEM, PKCS #8)"},
      {CLI_OPT_OUT, "a file to write to instead of standard output"},
      {CLI_OPT_KEY, "the HMAC key of the trail (the setting audit.key_file)"},
      {CLI_OPT_COUNT, NULL}}},
    {"audit export",
     "[--out FILE]",
     "write the whole trail, a JSON object a line",
     "  In the order of each chain, with the very bytes that were hashed: other programs can verify it.",
     "  askiam audit export --out trail.jsonl\n",
     0,
     0,
     "",
     cli_run_audit_export,
     {{CLI_OPT_OUT, "a file to write to instead of standard output"}, {CLI_OPT_COUNT, NULL}}},
    {"audit tail",
     "[--limit N]",
     "show the last entries of the trail",
     "  The last 10, the newest at the end.",
     "  askiam audit tail --limit 50\n",
     0,
     0,
     "",
     cli_run_audit_tail,
     {{CLI_OPT_LIMIT, "how many, instead of 10"}, {CLI_OPT_COUNT, NULL}}},
    {"audit query",
     "[FILTER]... [--count-by LIST]",
     "find decisions and what became of them, or count them",
     "  TIME is 2026-01-31, 2026-01-31T08:00:00Z, or how long ago: 30m, 24h, 7d, 2w; also today and now. LIST is made "
     "of\n"
     "  user, requester, application, role, risk, status, action, day. Entries with the action askiam:RequestRole are "
     "decisions;\n"
     "  askiam:GrantRole, askiam:RevokeRole and askiam:ExpireRole tell what became of what was approved.",
     "  askiam audit query --user john.doe --from 7d\n"
     "  askiam audit query --count-by application,status\n"
     "  askiam audit query --risk high --status VALID --count-by user\n",
     0,
     0,
     "",
     cli_run_audit_query,
     {{CLI_OPT_USER, "for or by this person"},
      {CLI_OPT_APP, "about this application"},
      {CLI_OPT_ROLE, "about this role"},
      {CLI_OPT_RISK, "about roles of this risk, such as high, as the catalogue writes it"},
      {CLI_OPT_STATUS, "VALID, INVALID or NEEDS_INFO; GRANTED, FAILED, REVOKED or EXPIRED"},
      {CLI_OPT_ACTION, "with this action"},
      {CLI_OPT_FROM, "from TIME on"},
      {CLI_OPT_TO, "before this time"},
      {CLI_OPT_COUNT_BY, "count by these instead of listing"},
      {CLI_OPT_LIMIT, "at most so many"},
      {CLI_OPT_NEWEST, "the newest first"},
      {CLI_OPT_COUNT, NULL}}},
    {"replay",
     "REQUEST_ID | --last N [--policy DIR]",
     "decide again what was decided, or try policies on it",
     "  With a REQUEST_ID: repeats that decision from what was kept of it, under the settings and policies of its "
     "time,\n"
     "  and compares status, codes, checks and remedies. Exit code 1: it came out otherwise.\n"
     "  With --last N: repeats the last N, the newest first. --policy tries the policies in a folder (DIR/*.json) in\n"
     "  place of those of the time: each request that would have been decided otherwise is listed, and then a "
     "summary.\n"
     "  Nothing is written. LIST is made of WAS:WOULD_BE, such as VALID:INVALID, or is any: exit code 1 where such a\n"
     "  flip happens, which a pipeline can stop at. Records that were changed, or whose policies are gone, make it 65.",
     "  askiam validate --user john.doe --request-id to-replay \"I need access to HR Analyst role in Workday\"\n"
     "  askiam replay to-replay\n"
     "  askiam replay --last 1000 --policy ./policies\n"
     "  askiam replay --from 30d --policy ./policies --fail-on VALID:INVALID\n"
     "  askiam replay --last 1000 --mode allowlist\n",
     1,
     0,
     "",
     cli_run_replay,
     {{CLI_OPT_REQUESTER, "whose REQUEST_ID it is, where several used it"},
      {CLI_OPT_LAST, "the last N requests (that pass the filters below)"},
      {CLI_OPT_POLICY, "try the policies in this folder"},
      {CLI_OPT_MODE, "try the policy mode guardrail or allowlist"},
      {CLI_OPT_FAIL_ON, "exit with 1 where one of these flips happens"},
      {CLI_OPT_USER, "for or by this person"},
      {CLI_OPT_APP, "about this application"},
      {CLI_OPT_ROLE, "about this role"},
      {CLI_OPT_RISK, "about roles of this risk"},
      {CLI_OPT_STATUS, "decided as VALID, INVALID or NEEDS_INFO"},
      {CLI_OPT_FROM, "from TIME on (as of `askiam help audit query`)"},
      {CLI_OPT_TO, "before this time"},
      {CLI_OPT_COUNT, NULL}}},
    {"outbox relay",
     "--to TARGET",
     "deliver the events that wait in the outbox",
     "  To file:PATH: appends them, a JSON object a line. To https://…: posts them one by one, signed as Standard\n"
     "  Webhooks has it with the secret of webhook.secret_file (http:// works to this machine only); what the "
     "receiver\n"
     "  refuses for good goes to the file of webhook.dead_letters. At least once, in the order of each chain: run it\n"
     "  again after an interruption; it goes on where it ended. Ids tell what came twice.",
     "  askiam outbox relay --to file:events.jsonl\n"
     "  askiam --set webhook.secret_file=hook.key outbox relay --to https://hooks.example/askiam\n",
     0,
     0,
     "",
     cli_run_outbox_relay,
     {{CLI_OPT_TO, "the target: file:PATH, https://…"}, {CLI_OPT_COUNT, NULL}}},
    {"outbox dead",
     "",
     "list the events that a webhook's receiver refused",
     "  A JSON object a line, oldest first, from the file of webhook.dead_letters: id, time, attempts, HTTP status, "
     "and "
     "the\n"
     "  event itself.",
     "  askiam --set webhook.dead_letters=dead.jsonl outbox dead\n",
     0,
     0,
     "",
     cli_run_outbox_dead,
     {{CLI_OPT_COUNT, NULL}}},
    {"index create",
     "",
     "create the index of a search that is not the store's own",
     "  For search.backend=opensearch: the indexes of roles, documents and past decisions. What is there is left as "
     "it\n"
     "  is; exit code 65 where it was made for other vectors than embedder.dimension and opensearch.… say.",
     "  askiam --set search.backend=opensearch --set search.url=https://search.example:9200 index create\n",
     0,
     0,
     "",
     cli_run_index_create,
     {{CLI_OPT_COUNT, NULL}}},
    {"index sync",
     "[--restart]",
     "fill that index from the store",
     "  Writes every role, document and past decision, and removes what the store has no more; run it after each "
     "import.\n"
     "  What is there stays searchable meanwhile. Run again after an interruption, it goes on where it ended.",
     "  askiam --set search.backend=opensearch --set search.url=https://search.example:9200 index sync\n",
     0,
     0,
     "",
     cli_run_index_sync,
     {{CLI_OPT_RESTART, "from the first entry on, although an earlier one was interrupted"}, {CLI_OPT_COUNT, NULL}}},
    {"erase",
     "--user ID",
     "forget what a person said",
     "  Erases the sentences, answers and facts of all requests made by or for the person. The audit trail keeps "
     "salted\n"
     "  hashes only, and still verifies; `askiam status` still tells codes, ids and times.",
     "  askiam erase --user john.doe\n",
     0,
     0,
     "",
     cli_run_erase,
     {{CLI_OPT_USER, "the person"}, {CLI_OPT_COUNT, NULL}}},
    {"policy check",
     "[--kind KIND] FILE...",
     "tell what is wrong or doubtful in policy documents",
     "  Prints file:line:column: error or warning: member: message, for each thing that AWS would refuse or that can "
     "never\n"
     "  match. Exit code 65: a document is refused. FILE may be - for standard input. KIND is what the documents are "
     "for:\n"
     "  access_request (if it is not given), identity, resource, permission_boundary, session, service_control,\n"
     "  resource_control, endpoint. Needs no store and reads no configuration.",
     "  askiam policy check policies/*.json\n"
     "  askiam policy check --kind identity s3-read-only.json\n",
     CLI_ANY_NUMBER,
     1,
     "a FILE with a policy, or -",
     cli_run_policy_check,
     {{CLI_OPT_KIND, "what the documents are attached to, instead of access_request"}, {CLI_OPT_COUNT, NULL}}},
    {"policy eval",
     "FILE | --batch FILE",
     "evaluate AWS IAM policies for a request",
     "  FILE (- for standard input) is a JSON object: {\"identityPolicies\": [...], \"resourcePolicy\": ..., "
     "\"request\":\n"
     "  {\"principal\": ..., \"action\": ..., \"resource\": ..., \"context\": {...}}}; with --batch one a line. The "
     "answer is "
     "a\n"
     "  line of JSON: the decision and the statements that matched, or the error for a document that AWS would "
     "refuse.\n"
     "  Needs no store and reads no configuration.",
     "  askiam policy eval --batch cases.jsonl > answers.jsonl\n",
     1,
     1,
     "a FILE, or --batch FILE",
     cli_run_policy_eval,
     {{CLI_OPT_BATCH, "read FILE (- for standard input), an object a line; write an answer a line"},
      {CLI_OPT_COUNT, NULL}}},
    {"policy explain",
     "FILE | --user ID --role ID [OPTION]...",
     "say why policies allow or deny",
     "  Which statement decides; where none allows, which ones came nearest and what they lacked; for each condition "
     "what\n"
     "  it wants and what the request has. FILE (- for standard input) is an object as in policy eval. With --user "
     "and\n"
     "  --role: whether the policies of the store let this person have this role, now. --json gives all statements.",
     "  askiam policy explain case.json\n"
     "  askiam policy explain --user john.doe --role wd-hr-analyst --ip 203.0.113.9 --for 8h\n",
     1,
     0,
     "",
     cli_run_policy_explain,
     {{CLI_OPT_USER, "who would have the role"},
      {CLI_OPT_ROLE, "the role"},
      {CLI_OPT_APP, "the application, where it is not the role's own"},
      {CLI_OPT_REQUESTER, "who asks, where that is somebody else"},
      {CLI_OPT_IP, "where the request comes from"},
      {CLI_OPT_USER_AGENT, "with what it was made"},
      {CLI_OPT_FOR, "for how long: 30m, 8h, 7d, 2w; without it for good"},
      {CLI_OPT_UNTIL, "until when: 2030-01-31, 2030-01-31T08:00:00Z"},
      {CLI_OPT_COUNT, NULL}}},
    {"key create",
     "--owner ID [OPTION]...",
     "make an API key",
     "  The key is written to standard output, this once; the store keeps a salted hash of it. Its bearer is the "
     "owner,\n"
     "  with these scopes: on-behalf may ask for others, audit may see everybody's requests. It is limited to so many\n"
     "  requests a minute (auth.key_per_minute), and so many at once (auth.key_burst).",
     "  askiam key create --owner john.doe --name chat-bot --expires-in 90d\n"
     "  askiam key create --owner service-desk --scope on-behalf --scope audit --per-minute 600 --burst 50\n",
     0,
     0,
     "",
     cli_run_key_create,
     {{CLI_OPT_OWNER, "who its bearer is; users of the catalogue can have requests decided"},
      {CLI_OPT_NAME, "what it is for, for people"},
      {CLI_OPT_SCOPE, "what its bearer may do besides; may be given many times"},
      {CLI_OPT_EXPIRES_IN, "how long it counts: 30m, 24h, 90d, 12w; without it, for good"},
      {CLI_OPT_EXPIRES_AT, "until when, instead: 2030-01-31, 2030-01-31T08:00:00Z"},
      {CLI_OPT_PER_MINUTE, "requests a minute in the long run, 1 to 1000000"},
      {CLI_OPT_BURST, "requests at once, 1 to 1000000"},
      {CLI_OPT_COUNT, NULL}}},
    {"key list",
     "",
     "list the API keys, the oldest first",
     "  With their owners, scopes, ends and limits; never the keys themselves, which nobody keeps.",
     "  askiam key list\n",
     0,
     0,
     "",
     cli_run_key_list,
     {{CLI_OPT_COUNT, NULL}}},
    {"key revoke",
     "ID",
     "refuse an API key from now on",
     "  The ID is the part of the key between its first two underscores, as key list shows it.",
     "  askiam key revoke 019ac2f0a4000123456789ab\n",
     1,
     1,
     "the ID of a key, as `askiam key list` shows it",
     cli_run_key_revoke,
     {{CLI_OPT_COUNT, NULL}}},
    {"config",
     "",
     "show every setting, its value and where that comes from",
     "  Defaults, then the file, then the environment (ASKIAM_DECISION_MODE for decision.mode), then flags.",
     "  askiam --set decision.mode=rag_first config\n",
     0,
     0,
     "",
     cli_run_config,
     {{CLI_OPT_COUNT, NULL}}},
    {"version",
     "",
     "show the version and the backends of this build",
     "  Needs no store and reads no configuration.",
     "",
     0,
     0,
     "",
     cli_run_version,
     {{CLI_OPT_COUNT, NULL}}},
    {"help",
     "[COMMAND]",
     "explain a command, with examples",
     "  Without a COMMAND: the list of them.",
     "  askiam help audit query\n",
     CLI_ANY_NUMBER,
     0,
     "",
     cli_run_help,
     {{CLI_OPT_COUNT, NULL}}},
};

const cli_command *cli_command_at(size_t index)
{
  return index < sizeof s_commands / sizeof s_commands[0] ? &s_commands[index] : NULL;
}

static const char *s_name_at(size_t index)
{
  const cli_command *command = cli_command_at(index);
  return command == NULL ? NULL : command->name;
}

const char *cli_command_nearest(const char *typed) { return cli_nearest(typed, s_name_at); }

const cli_command *cli_command_find(size_t *out_words, char *const *words, size_t count)
{
  char two[64] = "";
  *out_words = 0;
  if (count == 0) {
    return NULL;
  }
  if (count > 1) {
    snprintf(two, sizeof two, "%s %s", words[0], words[1]);
  }
  size_t first_length = strlen(words[0]);
  for (size_t index = 0; s_name_at(index) != NULL; index++) {
    const char *name = s_name_at(index);
    if (strcmp(name, words[0]) == 0 || strcmp(name, two) == 0) {
      *out_words = strcmp(name, two) == 0 ? 2 : 1;
      return cli_command_at(index);
    }
    if (strncmp(name, words[0], first_length) == 0 && name[first_length] == ' ') {
      *out_words = 1;
    }
  }
  return NULL;
}
