/* SPDX-License-Identifier: Apache-2.0
 *
 * Making a connection, host after host, each within its own time and all within the deadline. (Looking up a host's name is the one thing
 * that libpq does not do step by step: the resolver has its own time limits.) */
#include <poll.h>

#include "backend/options.h"
#include "store/postgres/connection.h"

enum { KEYWORDS_MOST = 12, TOKEN_BYTES = 8192 };

typedef struct s_attempt {
  const char *keywords[KEYWORDS_MOST];
  const char *values[KEYWORDS_MOST];
  size_t count;
} s_attempt;

static void s_set(s_attempt *attempt, const char *keyword, const char *value)
{
  if (value != NULL) {
    attempt->keywords[attempt->count] = keyword;
    attempt->values[attempt->count] = value;
    ++attempt->count;
  }
}

/* Never: notices are nobody's business, and would be printed. */
static void s_ignore(void *context, const PGresult *result)
{
  (void)context;
  (void)result;
}

static void s_describe(s_attempt *attempt, const aski_pg_settings *settings, const aski_pg_host *host,
                       const char *attributes, const char *token)
{
  const aski_pg_target *target = &settings->target;
  s_set(attempt, "fallback_application_name", "askiam");
  s_set(attempt, "dbname", target->url); /* what comes later wins */
  if (target->host_count > 1) {
    s_set(attempt, "host", host->host == NULL ? "" : host->host);
    s_set(attempt, "hostaddr", host->address == NULL ? "" : host->address);
    s_set(attempt, "port", host->port == NULL ? "" : host->port);
  }
  s_set(attempt, "target_session_attrs", attributes);
  s_set(attempt, "password", token);
  s_set(attempt, "client_encoding", "UTF8");
}

/* Step by step, as libpq asks for it: until it is connected, refused, or the time is over. */
static askiam_status s_poll(PGconn *wire, const aski_pg_settings *settings, const askiam_call *call,
                            askiam_error *error)
{
  int64_t until_ms = aski_pg_ticks_ms() + settings->target.timeout_ms;
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED || PQsocket(wire) < 0) {
      return aski_pg_refused(settings, PQerrorMessage(wire), error);
    }
    short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    askiam_status status = aski_pg_wait(PQsocket(wire), events, call, until_ms);
    if (status == ASKIAM_STATUS_BUSY) {
      return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_STORE, "%s: no connection within %lld ms",
                              settings->target.label, (long long)settings->target.timeout_ms);
    }
    if (status != ASKIAM_STATUS_OK) {
      return askiam_error_set(error, status, ASKIAM_LAYER_STORE, "%s: %s while connecting", settings->target.label,
                              status == ASKIAM_STATUS_CANCELLED ? "the call was cancelled" : "the deadline passed");
    }
    next = PQconnectPoll(wire);
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_start(PGconn **out_wire, const aski_pg_settings *settings, const s_attempt *attempt,
                             const askiam_call *call, askiam_error *error)
{
  PGconn *wire = PQconnectStartParams(attempt->keywords, attempt->values, 1);
  if (wire == NULL) {
    return aski_pg_no_memory(error);
  }
  PQsetNoticeReceiver(wire, s_ignore, NULL);
  PQsetErrorVerbosity(wire, PQERRORS_VERBOSE); /* with the SQLSTATE, which a refused connection tells nowhere else */
  askiam_status status = PQstatus(wire) == CONNECTION_BAD ? aski_pg_refused(settings, PQerrorMessage(wire), error)
                                                          : s_poll(wire, settings, call, error);
  if (status == ASKIAM_STATUS_OK && PQsetnonblocking(wire, 1) != 0) {
    status = aski_pg_no_memory(error);
  }
  if (status != ASKIAM_STATUS_OK) {
    PQfinish(wire);
    return status;
  }
  *out_wire = wire;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_try_host(PGconn **out_wire, const aski_pg_settings *settings, const aski_pg_host *host,
                                const char *attributes, const askiam_call *call, askiam_error *error)
{
  s_attempt attempt = {.count = 0};
  char token[TOKEN_BYTES];
  struct askiam_token_sink sink = {.text = token, .size_bytes = sizeof token};
  askiam_status status = ASKIAM_STATUS_OK;
  if (settings->token != NULL) {
    token[0] = 0;
    status =
        settings->token(settings->token_context, call, askiam_str_from(host->host == NULL ? host->address : host->host),
                        askiam_str_from(host->port), askiam_str_from(settings->target.user), &sink, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    s_describe(&attempt, settings, host, attributes, settings->token == NULL ? NULL : token);
    status = s_start(out_wire, settings, &attempt, call, error);
  }
  if (settings->token != NULL) {
    aski_wipe(token, sizeof token);
  }
  return status;
}

/* A host that is down or of the wrong kind gives way to the next; a refusal that all would repeat, or an end of time, does not. */
static bool s_gives_way(askiam_status status)
{
  return status == ASKIAM_STATUS_UNAVAILABLE || status == ASKIAM_STATUS_BUSY;
}

static askiam_status s_try_all(PGconn **out_wire, const aski_pg_settings *settings, const char *attributes,
                               const askiam_call *call, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_UNAVAILABLE;
  for (size_t i = 0; i < settings->target.host_count; ++i) {
    status = s_try_host(out_wire, settings, &settings->target.hosts[i], attributes, call, error);
    if (!s_gives_way(status)) {
      return status;
    }
  }
  return status;
}

askiam_status aski_pg_connect(PGconn **out_wire, const aski_pg_settings *settings, const askiam_call *call,
                              askiam_error *error)
{
  *out_wire = NULL;
  if (!settings->target.prefers_standby) {
    return s_try_all(out_wire, settings, NULL, call, error);
  }
  askiam_status status = s_try_all(out_wire, settings, "standby", call, error);
  return s_gives_way(status) ? s_try_all(out_wire, settings, "any", call, error) : status;
}
