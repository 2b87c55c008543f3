// Which parameters the classes of scikit-learn have in which release: an object of a release has all of them, and none
// of another's. Written from the signatures of real releases by scripts/make-parameters.
#pragma once

#include <string_view>
#include <vector>

#include "type/change.h"

namespace pratique {

struct Parameter {
  std::string_view name;
  int first, last;  // minor versions of scikit-learn 1, both inclusive
  bool IsIn(const Version& version) const { return version.minor >= first && version.minor <= last; }
};

// Of a class by its public name ("sklearn.linear_model.Ridge"); empty for a class that is not scikit-learn's.
std::vector<Parameter> ParametersOf(std::string_view class_name);

}  // namespace pratique
