/* SPDX-License-Identifier: Apache-2.0 */
#include "store/common/pooling.h"

#include <time.h>

int64_t aski_store_option(const askiam_backend_options *options, const char *key, int64_t otherwise, int64_t most)
{
  askiam_str text = askiam_backend_options_get(options, key);
  int64_t value = 0;
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9' || value > most) {
      return otherwise;
    }
    value = value * 10 + (text.data[i] - '0');
  }
  return text.length == 0 || value > most ? otherwise : value;
}

bool aski_store_init_locks(pthread_mutex_t *mutex, pthread_cond_t *returned)
{
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes) != 0) {
    return false;
  }
  bool made =
      pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(returned, &attributes) == 0;
  pthread_condattr_destroy(&attributes);
  if (made && pthread_mutex_init(mutex, NULL) != 0) {
    pthread_cond_destroy(returned);
    made = false;
  }
  return made;
}
