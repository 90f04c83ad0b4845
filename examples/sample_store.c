/* SPDX-License-Identifier: Apache-2.0
 *
 * A store with the sample organisation: sample_store sqlite:iam.db */
#include <askiam/askiam.h>
#include <stdio.h>

int main(int argc, char **argv)
{
  if (argc != 2) {
    fprintf(stderr, "usage: %s STORE_URL\n", argv[0]);
    return 64;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  char *summary = NULL;
  int good = askiam_config_new(&config, NULL, &error) == ASKIAM_STATUS_OK &&
             askiam_config_set(config, "store.url", argv[1], &error) == ASKIAM_STATUS_OK &&
             askiam_engine_new(&engine, config, &error) == ASKIAM_STATUS_OK &&
             askiam_admin_migrate(NULL, NULL, engine, &error) == ASKIAM_STATUS_OK &&
             askiam_import_sample(&summary, engine, NULL, &error) == ASKIAM_STATUS_OK;
  puts(good ? summary : error.message);
  if (engine != NULL) {
    askiam_string_free(engine, summary);
  }
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return good ? 0 : 1;
}
