// Tells whoever listens how far long work has come.
#include "segwan/base.h"

void sw_progress_tell(const sw_progress *progress, const char *stage,
                      uint64_t done, uint64_t total)
{
    if (progress == NULL || progress->fn == NULL) return;
    progress->fn(progress->ctx, stage, done, total);
}
