// A model file of any format, read for a command.
#pragma once

#include <string>

#include "load/pass.h"

namespace pratique::cli {

// Reads `path` and passes it through the stages; the status says what went wrong, reading included.
Passage PassFile(const std::string& path, const Policy& policy, const LoadOptions& options = {},
                 std::string_view metadata = {}, Stage until = Stage::kValidate);

// Where each object stands: "model", "model.steps[1]", "model.steps[1].estimators_[0]". One per object.
std::vector<std::string> Paths(const File& file);

// The method that a command takes when none is named: predict, else transform.
Method DefaultMethod(const Model& model);

// Whether two names lead to one file.
bool SameFile(const std::string& a, const std::string& b);

}  // namespace pratique::cli
