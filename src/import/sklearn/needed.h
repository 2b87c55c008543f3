// Attributes that scikit-learn asks for, whatever they hold.
#pragma once

#include <initializer_list>
#include <string_view>

#include "absl/status/status.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// Refuses an object that lacks one of them: a method would stop there, though no number follows from its value.
inline absl::Status CheckNeeded(const ImportContext& context, std::initializer_list<std::string_view> attributes) {
  for (const std::string_view attribute : attributes) {
    if (!context.Has(attribute)) return context.Absent(attribute, "what fit leaves there");
  }
  return absl::OkStatus();
}

}  // namespace pratique
