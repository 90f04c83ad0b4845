/* SPDX-License-Identifier: Apache-2.0 */
#include "host.h"

#include <stdlib.h>

#include "apps/common/json_write.h"
#include "apps/common/text.h"

extern char **environ;

enum { RECORD_MAX = 16384 };

/* What is other than the library's defaults, where nothing else is said: memory is what a function pays for. */
static const struct {
  const char *key, *value;
} s_presets[] = {{"log.format", "json"}, {"store.mmap_mib", "0"}, {"store.cache_kib", "400"}};

struct lambda_host {
  askiam_config *config;
  askiam_engine *engine; /* NULL until it is asked for */
  bool as_text;          /* `log.format` */
};

void lambda_log_error(const char *stage, askiam_str request_id, const char *type_or_null, const char *message)
{
  flockfile(stderr);
  fprintf(stderr, "{\"level\":\"ERROR\",\"stage\":\"%s\",\"request_id\":", stage);
  app_json_put(stderr, request_id);
  if (type_or_null != NULL) {
    fputs(",\"type\":", stderr);
    app_json_put(stderr, askiam_str_from(type_or_null));
  }
  fputs(",\"message\":", stderr);
  app_json_put(stderr, askiam_str_from(message));
  fputs("}\n", stderr);
  funlockfile(stderr);
}

/* For people: what they look for; texts as JSON strings, so that no record has two lines. */
static void s_write_text(const askiam_log_record *record)
{
  static const struct {
    const char *name;
    askiam_log_field field;
  } s_fields[] = {{"", ASKIAM_LOG_STAGE},
                  {" ", ASKIAM_LOG_MESSAGE},
                  {" request=", ASKIAM_LOG_REQUEST_ID},
                  {" user=", ASKIAM_LOG_USER_ID},
                  {" status=", ASKIAM_LOG_STATUS},
                  {" trace=", ASKIAM_LOG_TRACE_ID},
                  {" sentence=", ASKIAM_LOG_SENTENCE}};
  flockfile(stderr);
  fprintf(stderr, "%-5s ", askiam_log_level_name(askiam_log_record_level(record)));
  for (size_t i = 0; i < sizeof s_fields / sizeof *s_fields; ++i) {
    askiam_str value = askiam_log_record_field(record, s_fields[i].field);
    if (value.length > 0) {
      fputs(s_fields[i].name, stderr);
      app_json_put(stderr, value);
    }
  }
  fputc('\n', stderr);
  funlockfile(stderr);
}

/* A sentence of control characters takes six times its bytes: that it was decided must not go unsaid for it. */
static void s_write_json(const askiam_log_record *record)
{
  char line[RECORD_MAX];
  size_t length = askiam_log_record_to_json(record, line, sizeof line);
  if (length < sizeof line) {
    fprintf(stderr, "%s\n", line);
    return;
  }
  char *longer = malloc(length + 1);
  if (longer != NULL) {
    askiam_log_record_to_json(record, longer, length + 1);
    fprintf(stderr, "%s\n", longer);
    free(longer);
  }
}

static void s_log(void *context, const askiam_log_record *record)
{
  const lambda_host *host = context;
  if (host->as_text) {
    s_write_text(record);
    return;
  }
  s_write_json(record);
}

static askiam_status s_configure(lambda_host *host, askiam_error *error)
{
  const char *path = getenv("ASKIAM_CONFIG");
  askiam_status status = askiam_config_new(&host->config, NULL, error);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < sizeof s_presets / sizeof *s_presets; ++i) {
    status = askiam_config_set(host->config, s_presets[i].key, s_presets[i].value, error);
  }
  if (status == ASKIAM_STATUS_OK && path != NULL && path[0] != '\0') {
    status = askiam_config_load_file(host->config, path, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_config_load_environment(host->config, (const char *const *)environ, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    host->as_text = app_text_is(askiam_config_get(host->config, "log.format"), "text");
    askiam_config_set_log(host->config, s_log, host);
  }
  return status;
}

askiam_status lambda_host_new(lambda_host **out_host, askiam_error *error)
{
  *out_host = NULL;
  lambda_host *host = calloc(1, sizeof *host);
  if (host == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_NONE, "out of memory");
  }
  askiam_status status = s_configure(host, error);
  if (status != ASKIAM_STATUS_OK) {
    lambda_host_destroy(host);
    return status;
  }
  *out_host = host;
  return ASKIAM_STATUS_OK;
}

void lambda_host_destroy(lambda_host *host)
{
  if (host != NULL) {
    askiam_engine_destroy(host->engine);
    askiam_config_destroy(host->config);
    free(host);
  }
}

askiam_engine *lambda_host_engine(lambda_host *host, askiam_error *error)
{
  if (host->engine == NULL) {
    askiam_engine_new(&host->engine, host->config, error);
  }
  return host->engine;
}

const askiam_config *lambda_host_config(const lambda_host *host) { return host->config; }
