// The pictures of a parity report, as SVG to stand in a page.
#ifndef SEGWAN_RULES_PARITY_CHARTS_H
#define SEGWAN_RULES_PARITY_CHARTS_H

#include "segwan/parity.h"

// Each appends its picture. `arena` holds what it is made from.
SW_CHECK bool sw_parity__chart_origins(const sw_parity *r, sw_arena *arena,
                                       sw_buf *out, sw_error *err);
SW_CHECK bool sw_parity__chart_ratios(const sw_parity *r, sw_arena *arena,
                                      sw_buf *out, sw_error *err);
// Who would be covered at each value of the threshold `i`.
SW_CHECK bool sw_parity__chart_steps(const sw_parity *r, size_t i,
                                     sw_arena *arena, sw_buf *out,
                                     sw_error *err);
// Where firms stand to it.
SW_CHECK bool sw_parity__chart_stands(const sw_parity *r, size_t i,
                                      sw_arena *arena, sw_buf *out,
                                      sw_error *err);
SW_CHECK bool sw_parity__chart_duties(const sw_parity *r, sw_arena *arena,
                                      sw_buf *out, sw_error *err);

#endif
