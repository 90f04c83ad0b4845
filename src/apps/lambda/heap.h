/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMBDA_HEAP_H
#define LAMBDA_HEAP_H

/* Makes the heap's first two megabytes one page, where the system has such pages. Before anything is allocated. */
void lambda_heap_prepare(void);

#endif
