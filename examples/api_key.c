/* SPDX-License-Identifier: Apache-2.0
 *
 * A key for a service: made once, verified at each of its requests, until there are too many:
 * api_key sqlite:iam.db john.doe */
#include <askiam/askiam.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What a server does with the header of each request. 1 where it may go on. */
static int s_admit(askiam_engine *engine, askiam_str key)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_principal *principal = NULL;
  int64_t wait_ms = 0;
  askiam_status status = askiam_key_verify(&principal, &wait_ms, engine, key, &error);
  if (status == ASKIAM_STATUS_RATE_LIMITED) {
    printf("429: come back in %" PRId64 " ms\n", wait_ms);
  } else if (status == ASKIAM_STATUS_NOT_PERMITTED) {
    printf("401: %s\n", error.message);
  } else if (status != ASKIAM_STATUS_OK) {
    printf("503: %s\n", error.message); /* a failure lets nobody in */
  } else {
    askiam_str id = askiam_principal_id(principal);
    askiam_str scopes = askiam_principal_scopes(principal);
    printf("%.*s by key: %.*s\n", (int)id.length, id.data, (int)scopes.length, scopes.data);
  }
  askiam_principal_destroy(principal);
  return status == ASKIAM_STATUS_OK;
}

/* The key in the JSON that was told: it holds nothing that JSON escapes. */
static askiam_str s_key(const char *json)
{
  static const char member[] = "\"key\":\"";
  const char *key = strstr(json, member);
  key = key == NULL ? json : key + sizeof member - 1;
  return (askiam_str){key, strcspn(key, "\"")};
}

int main(int argc, char **argv)
{
  if (argc != 3) {
    return 64;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  char *json = NULL;
  const askiam_key_options options = {.size = sizeof options,
                                      .owner_id = askiam_str_from(argv[2]),
                                      .name = askiam_str_from("an example"),
                                      .scopes = askiam_str_from(ASKIAM_SCOPE_AUDIT),
                                      .per_minute = 6,
                                      .burst = 2};
  int good = askiam_config_new(&config, NULL, &error) == ASKIAM_STATUS_OK &&
             askiam_config_set(config, "store.url", argv[1], &error) == ASKIAM_STATUS_OK &&
             askiam_engine_new(&engine, config, &error) == ASKIAM_STATUS_OK &&
             askiam_key_create(&json, engine, &options, &error) == ASKIAM_STATUS_OK;
  if (good) {
    while (s_admit(engine, s_key(json))) {
    }
  } else {
    puts(error.message);
  }
  askiam_string_free(engine, json);
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return good ? 0 : 1;
}
