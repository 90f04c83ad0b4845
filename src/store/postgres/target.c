/* SPDX-License-Identifier: Apache-2.0
 *
 * libpq connects without blocking only when it is asked step by step, and then it leaves it to the caller to give up on a host that does not
 * answer, and has no way to be sent to the next one. So the list of hosts is taken apart here and each is tried by itself. */
#include "store/postgres/target.h"

enum { HOSTS_MOST = 64 };

static askiam_status s_bad(askiam_error *error, const char *name, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_STORE, "%s: %s", name, what);
}

static askiam_str s_option(const PQconninfoOption *options, const char *keyword)
{
  for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL; ++option) {
    if (strcmp(option->keyword, keyword) == 0 && option->val != NULL && option->val[0] != 0) {
      return askiam_str_from(option->val);
    }
  }
  return ASKI_STR_NONE;
}

/* The n-th of a list with commas; absent where it is empty, or there is no such. One value stands for all, as ports do. */
static const char *s_item(aski_arena *arena, askiam_str list, size_t index, bool one_for_all)
{
  if (one_for_all && list.length > 0 && memchr(list.data, ',', list.length) == NULL) {
    index = 0;
  }
  size_t start = 0;
  for (size_t i = 0, place = 0; i <= list.length; ++i) {
    if (i == list.length || list.data[i] == ',') {
      if (place++ == index) {
        return i == start ? NULL : aski_arena_copy(arena, aski_str_slice(list, start, i - start)).data;
      }
      start = i + 1;
    }
  }
  return NULL;
}

static size_t s_count(askiam_str list)
{
  size_t count = 1;
  for (size_t i = 0; i < list.length; ++i) {
    count += list.data[i] == ',';
  }
  return count;
}

static void s_take_hosts(aski_pg_target *target, const PQconninfoOption *options)
{
  askiam_str hosts = s_option(options, "host");
  askiam_str addresses = s_option(options, "hostaddr");
  askiam_str ports = s_option(options, "port");
  size_t count = s_count(addresses.length > 0 ? addresses : hosts);
  target->host_count = count < HOSTS_MOST ? count : HOSTS_MOST;
  target->hosts = aski_arena_acquire(&target->arena, target->host_count, sizeof *target->hosts);
  for (size_t i = 0; i < target->host_count && target->hosts != NULL; ++i) {
    target->hosts[i] = (aski_pg_host){.host = s_item(&target->arena, hosts, i, false),
                                      .address = s_item(&target->arena, addresses, i, false),
                                      .port = s_item(&target->arena, ports, i, true)};
  }
}

static void s_take_label(aski_pg_target *target, const PQconninfoOption *options)
{
  askiam_str host = s_option(options, "host");
  askiam_str database = s_option(options, "dbname");
  askiam_str port = s_option(options, "port");
  host = host.length > 0 ? host : s_option(options, "hostaddr");
  target->label = aski_arena_format(&target->arena, "postgresql://%.*s:%.*s/%.*s", ASKI_STR_ARG(host),
                                    ASKI_STR_ARG(port), ASKI_STR_ARG(database))
                      .data;
}

static int64_t s_seconds(askiam_str text)
{
  int64_t seconds = 0;
  for (size_t i = 0; i < text.length && text.data[i] >= '0' && text.data[i] <= '9' && seconds < 100000; ++i) {
    seconds = seconds * 10 + (text.data[i] - '0');
  }
  return seconds;
}

static askiam_status s_take(aski_pg_target *target, const PQconninfoOption *options, const char *name,
                            askiam_error *error)
{
  askiam_str least_tls = s_option(options, "ssl_min_protocol_version");
  if (least_tls.length == 0) { /* what libpq always fills in, unless it stops at a service that it does not find */
    return s_bad(error, name,
                 "libpq cannot complete this URL: check service=, PGSERVICE and the service file (PGSERVICEFILE)");
  }
  if (!aski_str_equal_text(least_tls, "TLSv1.2") && !aski_str_equal_text(least_tls, "TLSv1.3")) {
    return s_bad(error, name, "ssl_min_protocol_version must be TLSv1.2 or TLSv1.3");
  }
  s_take_hosts(target, options);
  s_take_label(target, options);
  askiam_str user = s_option(options, "user");
  target->user = aski_arena_copy(&target->arena, user.length > 0 ? user : ASKI_STR("")).data;
  target->prefers_standby =
      target->host_count > 1 && aski_str_equal_text(s_option(options, "target_session_attrs"), "prefer-standby");
  int64_t seconds = s_seconds(s_option(options, "connect_timeout"));
  target->timeout_ms = seconds > 0 ? seconds * 1000 : target->timeout_ms;
  return target->arena.failed ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory")
                              : ASKIAM_STATUS_OK;
}

/* What libpq makes of a URL with services, environment and defaults is told only by a connection. This one fails before it touches the
 * network, as no server has such a channel binding. */
static PQconninfoOption *s_resolve(const char *url)
{
  const char *keywords[] = {"dbname", "channel_binding", NULL};
  const char *values[] = {url, "none of these", NULL};
  PGconn *connection = PQconnectStartParams(keywords, values, 1);
  PQconninfoOption *options = PQconninfo(connection);
  PQfinish(connection);
  return options;
}

/* A password with a plain '@' or '/' is taken apart in the wrong place, and its end for a host or a database, which messages name. Up to the first of
 * them libpq takes all, even '?', for the user's. */
static bool s_is_torn(askiam_str url)
{
  bool begun = false;
  for (size_t i = sizeof "postgresql://" - 1; i < url.length && !(begun && url.data[i] == '?'); ++i) {
    bool at = url.data[i] == '@';
    if (at && begun) {
      return true;
    }
    begun = begun || at || url.data[i] == '/';
  }
  return false;
}

static askiam_status s_check(askiam_str url, const char *copy, const char *name, askiam_error *error)
{
  if (!aski_str_starts(url, ASKI_STR("postgresql://")) || strlen(copy) != url.length) {
    return s_bad(error, name, "must be postgresql://[user@]host[:port]/database[?options]");
  }
  if (s_is_torn(url)) {
    return s_bad(error, name,
                 "there is an @ where none can be; in a user, password or database write %40 for @ and %2F for /");
  }
  char *said = NULL;
  PQconninfoOption *parsed = PQconninfoParse(copy, &said);
  bool good = parsed != NULL;
  PQfreemem(said); /* it quotes parts of the URL */
  PQconninfoFree(parsed);
  return good ? ASKIAM_STATUS_OK
              : s_bad(error, name, "libpq does not understand this URL; check its options and percent signs");
}

askiam_status aski_pg_target_init(aski_pg_target *target, const askiam_allocator *allocator, askiam_str url,
                                  const char *name, int64_t timeout_ms, askiam_error *error)
{
  *target = (aski_pg_target){.timeout_ms = timeout_ms};
  aski_arena_init(&target->arena, allocator);
  char *copy = aski_arena_acquire(&target->arena, url.length + 1, 1);
  if (copy == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for the store");
  }
  memcpy(copy, url.data, url.length);
  target->url = copy;
  askiam_status status = s_check(url, copy, name, error);
  if (status == ASKIAM_STATUS_OK) {
    PQconninfoOption *options = s_resolve(copy);
    status = options == NULL ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory")
                             : s_take(target, options, name, error);
    PQconninfoFree(options);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_pg_target_clean_up(target);
  }
  return status;
}

void aski_pg_target_clean_up(aski_pg_target *target)
{
  if (target->url != NULL) {
    aski_wipe(target->url, strlen(target->url));
  }
  aski_arena_clean_up(&target->arena);
  target->url = NULL;
}
