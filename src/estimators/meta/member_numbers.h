// What a member predicts, as numbers.
#pragma once

#include <span>

#include "model/run.h"
#include "pratique/data.h"

namespace pratique {

// A regressor of one output, or a classifier of one whose labels are numbers: predict gives a number a row.
bool PredictsNumbers(const Signature& member);
// Row i of what it predicts at to[i * stride]: of a classifier the label.
absl::Status CopyPredicted(const Data& predicted, const Signature& member, std::span<double> to, size_t stride);

}  // namespace pratique
