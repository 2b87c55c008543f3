// The registry's index: names to classes, folded over the families at run time.
#pragma once

#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pratique/registry.h"
#include "type/class.h"

namespace pratique {

struct Registry::Index {
  std::vector<const Class*> classes;
  // By short name. A name of a file leads there, and then to the module that the class is in: a process that scans one
  // file has no time to make a text of each alias.
  std::unordered_multimap<std::string_view, const Class*> by_short_name;
  std::unordered_map<const Class*, const Family*> family;
  mutable std::once_flag
      digested;  // every report names the digest; hashing the schemas for each took a third of a scan
  mutable std::string digest;
};

// Module paths and class names that exist in scikit-learn and the best-known libraries but have no C++ form (yet):
// "sklearn.svm.SVC" and the private modules that files name.
std::span<const std::string_view> KnownNames();

}  // namespace pratique
