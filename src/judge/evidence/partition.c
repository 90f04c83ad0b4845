/* SPDX-License-Identifier: Apache-2.0 */
#include "partition.h"

#define EMPTY UINT32_MAX

bool aski_workspace_init(aski_workspace *out_workspace, aski_arena *arena, const aski_evidence *evidence)
{
  size_t size = 16;
  while (size < 2 * (evidence->count + 1)) {
    size *= 2;
  }
  *out_workspace = (aski_workspace){
      .keys = aski_arena_acquire(arena, size, sizeof(uint32_t)),
      .values = aski_arena_acquire(arena, size, sizeof(uint16_t)),
      .mask = size - 1,
      .sizes = aski_arena_acquire(arena, evidence->count + 1, sizeof(uint16_t)),
      .approved = aski_arena_acquire(arena, evidence->count + 1, sizeof(uint16_t)),
  };
  return !arena->failed;
}

bool aski_partition_init(aski_partition *out_partition, aski_arena *arena, size_t rows)
{
  *out_partition = (aski_partition){.groups = aski_arena_acquire(arena, rows, sizeof(uint16_t)), .count = 1};
  return out_partition->groups != NULL;
}

/* Where the key is, or the free place where it belongs. */
static size_t s_place(const aski_workspace *workspace, uint32_t key)
{
  size_t at = ((key * UINT32_C(0x9E3779B1)) >> 15) & workspace->mask;
  while (workspace->keys[at] != key && workspace->keys[at] != EMPTY) {
    at = (at + 1) & workspace->mask;
  }
  return at;
}

void aski_partition_split(aski_partition *out_partition, const aski_partition *base, const aski_evidence *evidence,
                          size_t trait, aski_workspace *workspace)
{
  const aski_trait *by = &evidence->traits[trait];
  uint16_t count = 0;
  memset(workspace->keys, 0xFF, (workspace->mask + 1) * sizeof *workspace->keys);
  for (size_t row = 0; row < evidence->count; ++row) {
    uint32_t key = (uint32_t)base->groups[row] << 16 | by->codes[row];
    size_t at = s_place(workspace, key);
    if (workspace->keys[at] == EMPTY) {
      workspace->keys[at] = key;
      workspace->values[at] = count++;
    }
    out_partition->groups[row] = workspace->values[at];
  }
  size_t own = s_place(workspace, (uint32_t)base->own << 16 | by->own);
  out_partition->own = workspace->keys[own] == EMPTY ? count : workspace->values[own];
  out_partition->count = count;
  out_partition->traits = base->traits | UINT32_C(1) << trait;
}

void aski_partition_fit(aski_fit *out_fit, const aski_partition *partition, const aski_evidence *evidence,
                        const aski_evidence_tables *tables, aski_workspace *workspace)
{
  memset(workspace->sizes, 0, (partition->count + 1U) * sizeof *workspace->sizes);
  memset(workspace->approved, 0, (partition->count + 1U) * sizeof *workspace->approved);
  for (size_t row = 0; row < evidence->count; ++row) {
    uint16_t group = partition->groups[row];
    ++workspace->sizes[group];
    workspace->approved[group] = (uint16_t)(workspace->approved[group] + evidence->approved[row]);
  }
  *out_fit =
      (aski_fit){.own_count = workspace->sizes[partition->own], .own_approved = workspace->approved[partition->own]};
  for (size_t group = 0; group < partition->count; ++group) {
    size_t size = workspace->sizes[group];
    size_t approved = workspace->approved[group];
    const double *yes = tables->approvals[approved].of;
    const double *no = tables->refusals[size - approved].of;
    const double *all = tables->all[size].of;
    for (size_t prior = 0; prior < ASKI_PRIORS; ++prior) {
      out_fit->log_likelihood[prior] += yes[prior] + no[prior] - all[prior];
    }
  }
}
