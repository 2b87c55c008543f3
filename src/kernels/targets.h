// Which targets of Google Highway a kernel is compiled for: included before any header of Highway's.
//
// A kernel is one source (see forest.cc), compiled once a target and chosen at run time. The order of its sums and
// where they round is defined apart from lanes, and nothing is contracted: so every target gives the same bits, and
// tests/kernels compares all that the machine has.
#pragma once

// Between the portable one and AVX2 nothing is gained: no gathers, no wider registers. AVX3_DL adds nothing used here.
// (A compiler that is told to assume more than x86-64 has one of these as its baseline, which cannot be left out.)
#ifndef __SSSE3__
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#endif
