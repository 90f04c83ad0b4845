/* SPDX-License-Identifier: Apache-2.0 */
#include "function.h"

#include <time.h>

int64_t lambda_ticks_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t lambda_event_left_ms(const lambda_event *event)
{
  int64_t left_ms = event->end_ms - lambda_ticks_ms();
  return left_ms > 1 ? left_ms : 1;
}
