// Runs a test once for every target that the kernels have and the machine too.
#pragma once

// clang-format off
#include "kernels/targets.h"  // before Highway's
#include "hwy/highway.h"
// clang-format on

#include <gtest/gtest.h>

namespace pratique::testing {

template <class Test>
void ForEachTarget(Test test) {
  for (int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    test();
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace pratique::testing
