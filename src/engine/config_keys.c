/* SPDX-License-Identifier: Apache-2.0
 *
 * The table. A key that is added here needs a line in docs/configuration.md; a test compares them. */
#include "engine/config_keys.h"

#include <askiam/config.h>

#include "base/text.h"

#define SOFT_CODES                                                                                                     \
  "USER_INACTIVE,APP_INACTIVE,ROLE_INACTIVE,ROLE_NOT_IN_APP,ALREADY_ASSIGNED,PREREQUISITE_MISSING,SOD_CONFLICT,"       \
  "RESTRICTED,POLICY_DENY,POLICY_NOT_ALLOWED"

enum { TIMEOUT_MAX_MS = 3600000 };

static const aski_config_key s_keys[] = {
    {.name = "store.url",
     .type = ASKI_CONFIG_URL,
     .preset = "",
     .environment = "ASKIAM_STORE",
     .help =
         "The store: sqlite:PATH or postgresql://HOST/DATABASE. Required for everything but pure policy evaluation."},
    {.name = "store.busy_timeout_ms",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "5000",
     .least = 0,
     .most = TIMEOUT_MAX_MS,
     .help = "How long to wait for a lock that somebody else holds, or for a connection of the pool."},
    {.name = "store.pool_size",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "8",
     .least = 1,
     .most = 256,
     .help = "Most connections to the store that are open at a time; to a replica as many again."},
    {.name = "store.connect_timeout_ms",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "5000",
     .least = 1,
     .most = TIMEOUT_MAX_MS,
     .help = "PostgreSQL: how long to wait for one host to take a connection, where the URL has no connect_timeout."},
    {.name = "store.prepared",
     .type = ASKI_CONFIG_BOOL,
     .preset = "true",
     .help = "PostgreSQL: whether statements are prepared by name; false behind a pooler in transaction mode."},
    {.name = "store.replica_url",
     .type = ASKI_CONFIG_URL,
     .preset = "",
     .help = "PostgreSQL: a read replica for names, people, evidence and walks over the trail; empty is none."},
    {.name = "catalogue.url",
     .type = ASKI_CONFIG_URL,
     .preset = "",
     .help = "Another store for the catalogue (users, applications, roles); empty is store.url."},
    {.name = "journal.url",
     .type = ASKI_CONFIG_URL,
     .preset = "",
     .help = "Another store for requests, audit trail and outbox; empty is store.url."},
    {.name = "state.url",
     .type = ASKI_CONFIG_URL,
     .preset = "",
     .help = "Another store for grants and sessions; empty is store.url."},
    {.name = "search.backend",
     .type = ASKI_CONFIG_NAME,
     .preset = "embedded",
     .help = "The backend that finds documents and past decisions; embedded is the one of the store itself."},
    {.name = "search.url",
     .type = ASKI_CONFIG_URL,
     .preset = "",
     .help = "Where that backend searches; empty is store.url."},
    {.name = "embedder.backend",
     .type = ASKI_CONFIG_NAME,
     .preset = "hashing",
     .help = "The backend that turns text into vectors."},
    {.name = "embedder.dimension",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "256",
     .least = 1,
     .most = 4096,
     .help =
         "Floats in a vector of the embedder. Documents that were imported with another one are found by their words "
         "only."},
    {.name = "embedder.url",
     .type = ASKI_CONFIG_URL,
     .preset = "https://api.openai.com/v1",
     .help = "The embedder openai: the base address of a server that speaks OpenAI's protocol."},
    {.name = "embedder.model",
     .type = ASKI_CONFIG_TEXT,
     .preset = "text-embedding-3-small",
     .help = "The embedder openai: the model's name there. Its vectors must have embedder.dimension floats."},
    {.name = "embedder.send_dimension",
     .type = ASKI_CONFIG_BOOL,
     .preset = "false",
     .help = "The embedder openai: whether the model is asked to shorten its vectors to embedder.dimension."},
    {.name = "embedder.key",
     .type = ASKI_CONFIG_TEXT,
     .preset = "",
     .secret = true,
     .help = "The embedder openai: the API key, a secret; best from the environment. Empty is none."},
    {.name = "embedder.key_file",
     .type = ASKI_CONFIG_PATH,
     .preset = "",
     .help = "The embedder openai: a file that holds the API key, in place of embedder.key."},
    {.name = "embedder.batch",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "32",
     .least = 1,
     .most = 2048,
     .help = "The embedder openai: most texts that are sent at once."},
    {.name = "embedder.text_bytes",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "8000",
     .least = 64,
     .most = 1048576,
     .help = "The embedder openai: bytes of a text that are sent; what is beyond is left out, as models refuse what is "
             "too long."},
    {.name = "judge.backend",
     .type = ASKI_CONFIG_NAME,
     .preset = "evidence",
     .help = "The backend that judges the evidence."},
    {.name = "decision.mode",
     .type = ASKI_CONFIG_CHOICE,
     .preset = "guarded",
     .choices = "guarded,rag_first",
     .help = "guarded: evidence cannot approve against a hard check. rag_first: confident evidence alone decides."},
    {.name = "decision.threshold",
     .type = ASKI_CONFIG_NUMBER,
     .preset = "0.95",
     .least = 0,
     .most = 1,
     .help = "Evidence decides where its confidence is greater than this."},
    {.name = "decision.soft_codes",
     .type = ASKI_CONFIG_LIST,
     .preset = "PREREQUISITE_MISSING,POLICY_NOT_ALLOWED",
     .choices = SOFT_CODES,
     .help = "Failures that strong evidence may outweigh in mode guarded; all others are hard."},
    {.name = "decision.on_abstain",
     .type = ASKI_CONFIG_CHOICE,
     .preset = "rules",
     .choices = "rules,ask",
     .help = "Where there is no judgement of the evidence: let the rules decide, or ask."},
    {.name = "rag.enabled",
     .type = ASKI_CONFIG_BOOL,
     .preset = "true",
     .help = "Whether evidence is searched and judged at all; without it the rules decide."},
    {.name = "rag.top_k",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "5",
     .least = 1,
     .most = 100,
     .help = "Most documents that are shown to the judge."},
    {.name = "rag.evidence_limit",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "200",
     .least = 1,
     .most = 10000,
     .help = "Most past decisions that are shown to the judge, the newest first."},
    {.name = "rag.timeout_ms",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "15000",
     .least = 1,
     .most = TIMEOUT_MAX_MS,
     .help = "How long search and judgement may take before the rules decide without them."},
    {.name = "rag.threads",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "8",
     .least = 1,
     .most = 64,
     .help = "Most threads that wait for remote backends of the evidence path; made when needed, none without such a "
             "backend."},
    {.name = "request.timeout_ms",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "25000",
     .least = 1,
     .most = TIMEOUT_MAX_MS,
     .help = "How long one request may take."},
    {.name = "policy.mode",
     .type = ASKI_CONFIG_CHOICE,
     .preset = "guardrail",
     .choices = "guardrail,allowlist",
     .help = "guardrail: only an explicit Deny refuses. allowlist: an explicit Allow is needed too."},
    {.name = "extract.patterns",
     .type = ASKI_CONFIG_PATH,
     .preset = "",
     .help = "A JSON file with the phrases of a language; empty is the built-in English."},
    {.name = "audit.enabled",
     .type = ASKI_CONFIG_BOOL,
     .preset = "true",
     .help = "Whether decisions are recorded. False is an error for all but dry runs."},
    {.name = "audit.key_file",
     .type = ASKI_CONFIG_PATH,
     .preset = "",
     .help = "A file with a secret of at least 16 bytes: the chain's hashes become HMACs with it."},
    {.name = "http.ca_file",
     .type = ASKI_CONFIG_PATH,
     .preset = "",
     .help = "PEM certificates that HTTPS peers are verified against; empty is what the system trusts."},
    {.name = "http.proxy",
     .type = ASKI_CONFIG_TEXT,
     .preset = "",
     .host_environment = "https_proxy,HTTPS_PROXY,all_proxy,ALL_PROXY",
     .help = "The proxy for HTTP and HTTPS, such as http://proxy:3128; empty is none. This machine is asked directly."},
    {.name = "http.no_proxy",
     .type = ASKI_CONFIG_TEXT,
     .preset = "",
     .host_environment = "no_proxy,NO_PROXY",
     .help = "Hosts that are asked without the proxy, separated by commas; each counts with all below it."},
    {.name = "retry.attempts",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "3",
     .least = 1,
     .most = 10,
     .help = "How often a remote backend is asked in all before its failure counts; never past a deadline."},
    {.name = "retry.delay_ms",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "1000",
     .least = 0,
     .most = 60000,
     .help = "The pause before the second attempt; it doubles with each further one."},
    {.name = "retry.jitter_ms",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "1000",
     .least = 0,
     .most = 60000,
     .help = "Up to this much is added to each pause by chance, so that many callers do not come back at once."},
    {.name = "breaker.failures",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "5",
     .least = 0,
     .most = 1000,
     .help = "Failures of a remote backend in a row after which it is not asked for a while; 0 is never."},
    {.name = "breaker.open_ms",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "60000",
     .least = 1,
     .most = TIMEOUT_MAX_MS,
     .help = "How long it is not asked then, before one call tries it."},
    {.name = "webhook.secret_file",
     .type = ASKI_CONFIG_PATH,
     .preset = "",
     .help = "A file with the secret that events are signed with: 16 bytes of text at least, or whsec_ and Base64."},
    {.name = "webhook.attempts",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "5",
     .least = 1,
     .most = 20,
     .help =
         "How often one event is sent in one run of the relay, with the pauses of retry.delay_ms and retry.jitter_ms."},
    {.name = "webhook.timeout_ms",
     .type = ASKI_CONFIG_INTEGER,
     .preset = "10000",
     .least = 1,
     .most = 300000,
     .help = "How long the receiver may take to answer one event."},
    {.name = "webhook.dead_letters",
     .type = ASKI_CONFIG_PATH,
     .preset = "",
     .help = "A file for events that the receiver refuses for good; empty: such an event ends the relay."},
    {.name = "log.level",
     .type = ASKI_CONFIG_CHOICE,
     .preset = "info",
     .choices = "debug,info,warn,error,off",
     .help = "The least level that is logged."},
    {.name = "log.format",
     .type = ASKI_CONFIG_CHOICE,
     .preset = "text",
     .choices = "json,text",
     .help = "How programs of this project write log records to stderr."},
    {.name = "log.sentence",
     .type = ASKI_CONFIG_BOOL,
     .preset = "false",
     .help = "Whether log records hold the requester's sentence."},
    {.name = "environment",
     .type = ASKI_CONFIG_TEXT,
     .preset = "production",
     .help = "What this installation is called in logs and metrics."},
};

_Static_assert(sizeof s_keys / sizeof *s_keys <= ASKI_CONFIG_KEYS_MAX, "ASKI_CONFIG_KEYS_MAX is too small");

size_t aski_config_key_count(void) { return sizeof s_keys / sizeof *s_keys; }

const aski_config_key *aski_config_key_at(size_t index)
{
  return index < aski_config_key_count() ? &s_keys[index] : NULL;
}

size_t aski_config_key_find(askiam_str name)
{
  size_t index = 0;
  while (index < aski_config_key_count() && !aski_str_equal_text(name, s_keys[index].name)) {
    ++index;
  }
  return index;
}

bool aski_config_key_is_group(askiam_str name)
{
  for (size_t i = 0; i < aski_config_key_count(); ++i) {
    askiam_str key = askiam_str_from(s_keys[i].name);
    if (name.length > 0 && key.length > name.length && aski_str_starts(key, name) && key.data[name.length] == '.') {
      return true;
    }
  }
  return false;
}

size_t askiam_config_key_count(void) { return aski_config_key_count(); }
const char *askiam_config_key_name(size_t index) { return index < aski_config_key_count() ? s_keys[index].name : NULL; }
const char *askiam_config_key_default(size_t index)
{
  return index < aski_config_key_count() ? s_keys[index].preset : NULL;
}
int askiam_config_key_is_secret(size_t index)
{
  return index < aski_config_key_count() && s_keys[index].secret ? 1 : 0;
}
const char *askiam_config_key_help(size_t index) { return index < aski_config_key_count() ? s_keys[index].help : NULL; }
