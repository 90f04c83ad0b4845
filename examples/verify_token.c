/* SPDX-License-Identifier: Apache-2.0
 *
 * Who bears a token, by the published keys of its issuer: verify_token sqlite:iam.db jwks.json https://id.example/
 * askiam TOKEN */
#include <askiam/askiam.h>
#include <stdio.h>

static void s_show(const char *what, askiam_str text)
{
  printf("%s: %.*s\n", what, (int)text.length, text.data == NULL ? "" : text.data);
}

/* What a server does with the header Authorization of each request. 1 where it may go on. */
static int s_admit(askiam_engine *engine, const char *token)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_principal *principal = NULL;
  askiam_status status = askiam_token_verify(&principal, engine, askiam_str_from(token), &error);
  if (status == ASKIAM_STATUS_NOT_PERMITTED) {
    printf("401 (for the log: %s)\n", error.message);
  } else if (status != ASKIAM_STATUS_OK) {
    printf("503 (for the log: %s)\n", error.message); /* a failure lets nobody in */
  } else {
    s_show("principal", askiam_principal_id(principal));
    s_show("scopes", askiam_principal_scopes(principal));
    s_show("groups", askiam_principal_groups(principal));
    printf("sees everybody's requests: %s\n", askiam_principal_has_scope(principal, ASKIAM_SCOPE_AUDIT) ? "yes" : "no");
  }
  askiam_principal_destroy(principal);
  return status == ASKIAM_STATUS_OK;
}

int main(int argc, char **argv)
{
  if (argc != 6) {
    return 64;
  }
  static const char *const keys[] = {"store.url", "auth.jwks", "auth.issuer", "auth.audience"};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  int good = askiam_config_new(&config, NULL, &error) == ASKIAM_STATUS_OK;
  for (int i = 0; good && i < 4; ++i) {
    good = askiam_config_set(config, keys[i], argv[i + 1], &error) == ASKIAM_STATUS_OK;
  }
  good = good && askiam_engine_new(&engine, config, &error) == ASKIAM_STATUS_OK;
  if (good) {
    good = s_admit(engine, argv[5]);
  } else {
    puts(error.message);
  }
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return good ? 0 : 1;
}
