// What the transformers of labels share.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "estimators/preprocessing/category_lookup.h"
#include "model/run.h"
#include "pratique/data.h"
#include "state/violation.h"
#include "type/values.h"

namespace pratique {

// y of column_or_1d: X of one column, as that.
absl::StatusOr<Column> LabelColumn(const Data& X, Run& run);

// A cell as a person would write it.
std::string LabelText(const Column& column, size_t i);

absl::Status UnseenLabel(const Column& column, size_t i, const Run& run, std::string_view expected = "a label of fit");
absl::Status LabelOfOtherKind(const Column& column, size_t i, const Run& run, std::string_view expected);

// classes and the order that they are searched in.
std::optional<Violation> CheckClasses(const Values& classes, Array<uint32_t> order);

}  // namespace pratique
