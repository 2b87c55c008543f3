// Names of classes whose objects are data: the list of what may stand beside a model, or in a hyperparameter.
#pragma once

#include <string_view>

namespace pratique {

// Canonical names. Of a class that may stand in a model as data: plain data, a splitter of folds, a scorer, a Booster's
// parts.
bool IsData(std::string_view module, std::string_view name);

// Whether objects of this class, or the name itself, are numbers, text, containers, arrays or tables, and no more.
bool IsPlainData(std::string_view module, std::string_view name);

}  // namespace pratique
